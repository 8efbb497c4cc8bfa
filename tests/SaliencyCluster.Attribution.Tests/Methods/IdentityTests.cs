using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>What is known of each method's map whatever the network.</summary>
public class IdentityTests
{
    private static readonly FakeNetwork Network = FakeNetwork.Sines(2, 3, 3);
    private static readonly FakeNetwork Linear = FakeNetwork.Linear(1, 4, 4);

    [Theory]
    [InlineData("gausslegendre", 1e-4)]
    [InlineData("riemann_middle", 1e-2)]
    public void Integrated_gradients_add_up_to_the_difference_of_scores(string rule, double tolerance)
    {
        var request = new ExplanationRequest { Method = "integrated-gradients", Rule = rule, Steps = 50, Target = "2", Baseline = "ones" };
        var result = Local.Explain(Network, request);
        var image = Network.Image().Data;
        var difference = Network.Value(image, 2) - Network.Value([.. Enumerable.Repeat(1f, 18)], 2);
        Assert.Equal(difference, result.Estimate.Map.Data.Sum(v => (double)v), tolerance);
        Assert.Equal(result.Estimate.Map.Data.Sum(v => (double)v) - difference, result.Estimate.ConvergenceDelta!.Value, 1e-4);
    }

    [Fact]
    public void Several_baselines_give_the_mean_of_their_maps()
    {
        float[] Map(string baseline) =>
            Local.Explain(Network, new ExplanationRequest { Method = "integrated-gradients", Steps = 8, Target = "1", Baseline = baseline }).Estimate.Map.Data;
        var (both, zeros, ones) = (Map("zeros,ones"), Map("zeros"), Map("ones"));
        for (var i = 0; i < both.Length; i++) Assert.Equal((zeros[i] + ones[i]) / 2, both[i], 1e-5f);
    }

    [Fact]
    public void A_stored_baseline_is_used_as_it_was_sent()
    {
        var request = new ExplanationRequest { Method = "integrated-gradients", Steps = 8, Target = "1", Baseline = "black.npy" };
        var stored = Local.Explain(Network, request, null, 0, Tensor.Zeros(2, 3, 3)).Estimate.Map.Data;
        Assert.Equal(Local.Explain(Network, request with { Baseline = "zeros" }).Estimate.Map.Data, stored);
    }

    [Fact]
    public void Gradient_times_input_is_complete_for_a_linear_network()
    {
        var result = Local.Explain(Linear, new ExplanationRequest { Method = "gradient-times-input", Target = "1" });
        Assert.Equal(result.Score, result.Estimate.Map.Data.Sum(), 1e-4f);
    }

    [Theory]
    [InlineData("independent")]
    [InlineData("antithetic")]
    public void Without_noise_smoothing_changes_nothing_and_varies_nothing(string sampling)
    {
        var request = new ExplanationRequest { Method = "smoothgrad", Samples = 6, Stdev = 0, Target = "1", Sampling = sampling };
        var gradient = Network.Gradient(Network.Image().Data, 1);
        var mean = Local.Explain(Network, request).Estimate;
        for (var i = 0; i < gradient.Length; i++) Assert.Equal(gradient[i], mean.Map.Data[i], 1e-5f);
        Assert.Equal(0, mean.StandardError!.Value, 1e-3);
        Assert.All(Local.Explain(Network, request with { Method = "vargrad" }).Estimate.Map.Data, v => Assert.Equal(0, v, 1e-5f));
    }

    [Fact]
    public void Vargrad_is_mean_square_minus_square_of_mean_and_never_negative()
    {
        var request = new ExplanationRequest { Method = "vargrad", Samples = 10, Target = "2", Seed = 4 };
        float[] Map(string method) => Local.Explain(Network, request with { Method = method }).Estimate.Map.Data;
        var (variance, square, mean) = (Map("vargrad"), Map("smoothgrad-squared"), Map("smoothgrad"));
        for (var i = 0; i < variance.Length; i++)
        {
            Assert.True(variance[i] >= 0);
            Assert.Equal(Math.Max(0, square[i] - mean[i] * mean[i]), variance[i], 1e-5f);
        }
    }

    [Fact]
    public void Noise_wraps_around_integrated_gradients_with_paths_that_end_at_the_noisy_image()
    {
        // For a linear network each sample's map is weight times noisy input, whatever the rule.
        var noisy = new ExplanationRequest { Method = "integrated-gradients", Smooth = "smoothgrad", Samples = 4, Steps = 3, Target = "0", Seed = 8 };
        var expected = Local.Explain(Linear, noisy with { Method = "gradient-times-input", Steps = null }).Estimate.Map.Data;
        var map = Local.Explain(Linear, noisy).Estimate.Map.Data;
        for (var i = 0; i < map.Length; i++) Assert.Equal(expected[i], map[i], 1e-4f);
    }

    [Theory]
    [InlineData(2, 2, 1, 1)]
    [InlineData(3, 2, 2, 1)]
    [InlineData(4, 4, 4, 4)]
    public void Occlusion_of_single_pixels_or_windows_of_a_linear_network_is_weight_times_difference(int height, int width, int down, int right)
    {
        var result = Local.Explain(Linear, new ExplanationRequest { Method = "occlusion", Target = "1", Window = [height, width], Stride = [down, right], Baseline = "ones" });
        var (image, weights) = (Linear.Image().Data, Linear.Gradient([], 1));
        for (var i = 0; i < 16; i++) Assert.Equal(Expected(i), result.Estimate.Map.Data[i], 1e-4);

        double Expected(int pixel)
        {
            var falls = new List<double>();
            for (var top = 0; top == 0 || top - down + height < 4; top += down)
                for (var left = 0; left == 0 || left - right + width < 4; left += right)
                {
                    var window = Enumerable.Range(0, 16).Where(i => i / 4 >= top && i / 4 < top + height && i % 4 >= left && i % 4 < left + width).ToArray();
                    if (window.Contains(pixel)) falls.Add(window.Sum(i => (i + 2.0) * (image[i] - 1)));
                }
            return falls.Average();
        }
    }
}
