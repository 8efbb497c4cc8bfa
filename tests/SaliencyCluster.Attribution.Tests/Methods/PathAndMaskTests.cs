using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods;

public class PathAndMaskTests
{
    private static readonly FakeNetwork Sines = FakeNetwork.Sines(1, 6, 6);
    private static readonly FakeNetwork Linear = FakeNetwork.Linear(1, 6, 6);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Idgi_adds_up_to_the_difference_of_scores_at_any_number_of_steps(int steps)
    {
        var result = Local.Explain(Sines, new ExplanationRequest { Method = "idgi", Steps = steps, Target = "1", Baseline = "ones" });
        Assert.Equal(0, result.Estimate.ConvergenceDelta!.Value, 1e-4);
        Assert.Equal(2 * steps - 1, result.Points);
    }

    [Fact]
    public void Blur_integrated_gradients_add_up_to_the_difference_from_the_blurred_image() =>
        Assert.Equal(0, Local.Explain(Sines, new ExplanationRequest { Method = "blur-integrated-gradients", Steps = 200, Target = "1" }).Estimate.ConvergenceDelta!.Value, 1e-2);

    [Fact]
    public void Blur_integrated_gradients_of_a_linear_network_are_weight_times_difference()
    {
        var result = Local.Explain(Linear, new ExplanationRequest { Method = "blur-integrated-gradients", Steps = 3, Target = "0" });
        Assert.Equal(0, result.Estimate.ConvergenceDelta!.Value, 1e-4);
    }

    [Fact]
    public void Guided_integrated_gradients_arrive_at_the_image_and_add_up()
    {
        var result = Local.Explain(Sines, new ExplanationRequest { Method = "guided-integrated-gradients", Steps = 100, Target = "1" });
        Assert.Equal(100, result.Points);
        Assert.Equal(0, result.Estimate.ConvergenceDelta!.Value, 0.05 * Math.Abs(result.Score - result.BaselineScore!.Value) + 0.05);
    }

    [Fact]
    public void Guided_integrated_gradients_of_a_linear_network_are_weight_times_difference()
    {
        var map = Local.Explain(Linear, new ExplanationRequest { Method = "guided-integrated-gradients", Steps = 7, Target = "0" }).Estimate.Map.Data;
        var image = Linear.Image().Data;
        for (var i = 0; i < map.Length; i++) Assert.Equal((i + 1) * image[i], map[i], 1e-4f);
    }

    [Fact]
    public void A_guided_path_goes_on_from_a_checkpoint_to_the_same_bytes()
    {
        var request = new ExplanationRequest { Method = "guided-integrated-gradients", Steps = 6, Target = "1" };
        var run = new ExplanationRun(Sines.Resolve(request), Sines.Image(), 0);
        while (run.Round is { } round)
        {
            run.Add(Local.Compute(Sines, round, run.Shards[0], Sines.Image()));
            run = ExplanationRun.Load(run.Save(), Sines.Resolve(request), Sines.Image(), 0);
        }
        Assert.Equal(Local.Explain(Sines, request).Estimate.Map.Data, run.Result.Estimate.Map.Data);
    }

    [Fact]
    public void Expected_gradients_of_one_baseline_tend_to_integrated_gradients_within_their_standard_error()
    {
        var request = new ExplanationRequest { Method = "expected-gradients", Samples = 4000, Target = "1", Baseline = "ones" };
        var sampled = Local.Explain(Sines, request).Estimate;
        var exact = Local.Explain(Sines, new ExplanationRequest { Method = "integrated-gradients", Steps = 400, Target = "1", Baseline = "ones" }).Estimate.Map.Data;
        var error = Math.Sqrt(sampled.Map.Data.Zip(exact, (a, b) => (a - b) * (double)(a - b)).Sum() / exact.Sum(v => (double)v * v));
        Assert.InRange(error / sampled.StandardError!.Value, 0.3, 2.5);
    }

    [Fact]
    public void Rise_masks_keep_each_pixel_half_of_the_time()
    {
        var (mean, mask) = (new double[36], new float[36]);
        for (var m = 0; m < 4000; m++)
        {
            new RiseMask(7, 0.5, 3, 0).Fill(m, 6, 6, mask);
            Assert.All(mask, v => Assert.InRange(v, 0, 1));
            for (var i = 0; i < 36; i++) mean[i] += mask[i] / 4000;
        }
        Assert.All(mean, v => Assert.Equal(0.5, v, 0.04));
    }

    [Fact]
    public void Rise_ranks_the_pixel_that_matters_first()
    {
        var one = Linear with { Value = (x, _) => x[14], Gradient = (x, _) => new float[x.Length] };
        var image = Tensor.Zeros(1, 6, 6);
        image.Data.AsSpan().Fill(1);
        var map = Local.Explain(one, new ExplanationRequest { Method = "rise", Samples = 2000, Target = "0" }, image).Estimate.Map.Data;
        Assert.Equal(14, Array.IndexOf(map, map.Max()));
    }

    [Theory]
    [InlineData("sobel")]
    [InlineData("canny")]
    [InlineData("random")]
    public void Controls_evaluate_nothing_and_see_no_model(string method)
    {
        var request = new ExplanationRequest { Method = method };
        var (first, second) = (Local.Explain(Sines, request, Sines.Image()), Local.Explain(Linear, request, Sines.Image()));
        Assert.Equal(0, first.Points);
        Assert.Equal([1, 6, 6], first.Estimate.Map.Shape);
        Assert.Equal(first.Estimate.Map.Data, second.Estimate.Map.Data);
        Assert.Contains(first.Estimate.Map.Data, v => v != 0);
    }

    [Fact]
    public void The_random_control_differs_between_seeds_and_images()
    {
        float[] Map(ulong seed, uint index) => Local.Explain(Sines, new ExplanationRequest { Method = "random", Seed = seed }, null, index).Estimate.Map.Data;
        Assert.NotEqual(Map(1, 0), Map(2, 0));
        Assert.NotEqual(Map(1, 0), Map(1, 1));
    }
}
