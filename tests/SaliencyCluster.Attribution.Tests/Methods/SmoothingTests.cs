using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods;

public class SmoothingTests
{
    private static readonly FakeNetwork Network = FakeNetwork.Sines(1, 6, 6);

    /// <summary>Methods of the catalog that need no layer, Relu or attention, which the network in C# does not have.</summary>
    public static TheoryData<string> Methods =>
    [
        .. MethodCatalog.All.Where(m => m.WhyNotSmoothed is null && m.Description is { NeedsLayer: false, NeedsRelu: false, NeedsAttention: false })
            .Select(m => m.Name),
    ];

    [Theory, MemberData(nameof(Methods))]
    public void Noise_wraps_around_every_method_and_gives_the_mean_of_its_maps_of_noisy_images(string method)
    {
        var plain = Small(method);
        var own = plain.Samples is not null;
        var noisy = plain with { Smooth = "smoothgrad", Stdev = 0.1, StdevKind = "absolute", Samples = plain.Samples
            ?? 4, SmoothSamples = own ? 4 : null };
        var mean = new double[36];
        for (var s = 0; s < 4; s++)
        {
            var image = Tensor.Zeros(1, 6, 6);
            GaussianNoise.AddTo(Network.Image().Data, new NoiseRecipe(0, 0, 0.1, NoiseSampling.Independent, 4), s, image.Data);
            var map = Local.Explain(Network, plain, image).Estimate.Map.Data;
            for (var i = 0; i < 36; i++) mean[i] += map[i] / 4.0;
        }
        var actual = Local.Explain(Network, noisy).Estimate;
        for (var i = 0; i < 36; i++) Assert.Equal(mean[i], actual.Map.Data[i], 2e-4);
        Assert.True(actual.StandardError > 0);
    }

    [Fact]
    public void Rules_of_several_rounds_can_be_smoothed_too()
    {
        var request = new ExplanationRequest { Method = "integrated-gradients", Rule = "adaptive", Steps = 20, Smooth = "vargrad", Samples = 3, Target = "1" };
        var result = Local.Explain(Network, request);
        Assert.Equal(3 * 21, result.Points);
        Assert.All(result.Estimate.Map.Data, v => Assert.True(v >= 0));
        Assert.Contains(result.Estimate.Map.Data, v => v > 0);
    }

    [Theory]
    [InlineData("independent")]
    [InlineData("antithetic")]
    public void Samples_of_whole_runs_stop_at_a_tolerance_of_their_standard_error(string sampling)
    {
        var request = new ExplanationRequest { Method = "occlusion", Smooth = "smoothgrad", Target = "1", Sampling = sampling, Tolerance = 0.1, StandardErrorMap = true, Window = [3, 3] };
        var stopped = Local.Explain(Network, request);
        var samples = stopped.Points / (1 + Windows(request));
        Assert.InRange(samples, 8, 1016);
        Assert.True(stopped.Estimate.StandardError <= 0.1);
        var whole = Local.Explain(Network, request with { Tolerance = null, Samples = samples }).Estimate;
        Assert.Equal(whole.Map.Data, stopped.Estimate.Map.Data);
        Assert.Equal(whole.StandardErrorMap!.Data, stopped.Estimate.StandardErrorMap!.Data);
    }

    [Theory]
    [InlineData("idgi")]
    [InlineData("guided-integrated-gradients")]
    public void Whole_runs_go_on_from_checkpoints_to_the_same_bytes_and_keep_few_maps(string method)
    {
        var request = Small(method) with { Smooth = "smoothgrad", Samples = 4, Sampling = "antithetic" };
        var expected = Local.Explain(Network, request);
        var run = new ExplanationRun(Network.Resolve(request), Network.Image(), 0);
        var largest = 0;
        while (run.Round is { } round)
        {
            foreach (var shard in run.Shards.Reverse().ToArray()) run.Add(Local.Compute(Network, round, shard, Network.Image()));
            largest = Math.Max(largest, run.Save().Length);
            run = ExplanationRun.Load(run.Save(), Network.Resolve(request), Network.Image(), 0);
        }
        Assert.Equal(expected.Estimate.Map.Data, run.Result.Estimate.Map.Data);
        Assert.Equal(expected.Points, run.Result.Points);
        Assert.Equal(expected.Estimate.StandardError, run.Result.Estimate.StandardError);
        Assert.InRange(largest, 1, 4000);
    }

    [Theory]
    [InlineData("smoothgrad", "it is a mean over noisy images already, and noise around noise is noise of a greater `stdev`")]
    [InlineData("random", "it never looks at the image, so noise changes nothing")]
    public void What_cannot_be_smoothed_says_why(string method, string why)
    {
        var error = Assert.Throws<RequestException>(() => Network.Resolve(new() { Method = method, Smooth = "vargrad" })).Errors[0];
        Assert.Equal(("SAL2004", $"Noise cannot be wrapped around method '{method}': {why}."), (error.Code, error.What));
    }

    private static int Windows(ExplanationRequest request) =>
        Local.Explain(Network, new ExplanationRequest { Method = "occlusion", Window = request.Window, Target = "1" }).Points;

    private static ExplanationRequest Small(string method)
    {
        var options = MethodCatalog.Find(method)!.Description.Options.Select(o => o.Name).ToHashSet();
        // Fewer than 14 coalitions have no one solution.
        if (method == "kernel-shap") return new() { Method = method, Target = "1", Segments = "grid:2", Samples = 14, Baseline = "ones" };
        return new() { Method = method, Target = "1", Steps = options.Contains("steps")
            ? 4 : null, Samples = options.Contains("samples") ? 6 : null, Baseline = options.Contains("baseline") && method != "blur-integrated-gradients" ? "ones" : null };
    }
}
