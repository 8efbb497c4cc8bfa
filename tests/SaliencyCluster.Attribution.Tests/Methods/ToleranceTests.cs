using SaliencyCluster.Attribution.Quadrature;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods;

public class ToleranceTests
{
    private static readonly FakeNetwork Network = FakeNetwork.Sines(2, 4, 4);

    // Segments that change what others do.
    private static readonly FakeNetwork Joint = new(
        [1, 4, 4], 3, (x, j) => (j + 3) * Math.Log(1 + x.Sum(v => (double)v * v)) + x.Sum(), (x, _) => x);

    [Fact]
    public void Levels_of_the_nested_rule_together_are_the_midpoint_rule()
    {
        var points = Enumerable.Range(0, 3).SelectMany(level => NestedMidpoint.Added(level).Alphas).Order().ToArray();
        Assert.Equal(45, points.Length);
        for (var i = 0; i < 45; i++) Assert.Equal((i + 0.5) / 45, points[i], 1e-12);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.001)]
    public void Integrated_gradients_stop_at_a_level_and_equal_the_midpoint_rule_of_as_many_points(double tolerance)
    {
        var request = new ExplanationRequest { Method = "integrated-gradients", Rule = "riemann_middle", Steps = 405, Target = "2", Tolerance = tolerance };
        var stopped = Local.Explain(Network, request);
        Assert.Contains(stopped.Points, new[] { 15, 45, 135, 405 });
        Assert.True(stopped.Estimate.ErrorEstimate <= tolerance);
        var whole = Local.Explain(Network, request with { Tolerance = null, Steps = stopped.Points }).Estimate.Map.Data;
        for (var i = 0; i < whole.Length; i++) Assert.Equal(whole[i], stopped.Estimate.Map.Data[i], 1e-4f);
    }

    [Fact]
    public void A_tighter_tolerance_takes_more_points()
    {
        int Points(double tolerance) => Local.Explain(Network, new ExplanationRequest { Method = "integrated-gradients", Rule = "riemann_middle", Steps = 405, Target = "2", Tolerance = tolerance }).Points;
        Assert.True(Points(1e-6) > Points(0.5));
    }

    [Fact]
    public void Steps_are_the_most_that_may_be_used()
    {
        var result = Local.Explain(Network, new ExplanationRequest { Method = "integrated-gradients", Rule = "riemann_middle", Steps = 405, Target = "2", Tolerance = 1e-6 } with { Steps = 20 });
        Assert.Equal(15, result.Points);
        Assert.True(result.Estimate.ErrorEstimate > 1e-6);
    }

    [Theory]
    [InlineData("independent")]
    [InlineData("antithetic")]
    public void Smoothgrad_stops_at_its_standard_error_and_equals_the_run_of_as_many_samples(string sampling)
    {
        var request = new ExplanationRequest { Method = "smoothgrad", Target = "1", Tolerance = 0.03, Sampling = sampling };
        var stopped = Local.Explain(Network, request);
        Assert.InRange(stopped.Estimate.StandardError!.Value, 0.001, 0.03);
        Assert.InRange(stopped.Points, 8, 1016);
        var whole = Local.Explain(Network, request with { Tolerance = null, Samples = stopped.Points }).Estimate;
        for (var i = 0; i < whole.Map.Data.Length; i++) Assert.Equal(whole.Map.Data[i], stopped.Estimate.Map.Data[i], 1e-4f);
        Assert.Equal(whole.StandardError!.Value, stopped.Estimate.StandardError.Value, 1e-3);
    }

    [Theory]
    [InlineData("expected-gradients", 0.1)]
    [InlineData("rise", 0.3)]
    [InlineData("shapley", 0.02)]
    public void Methods_that_draw_stop_at_their_standard_error_and_equal_the_run_of_as_many_samples(string method, double tolerance)
    {
        var request = new ExplanationRequest { Method = method, Target = "1", Tolerance = tolerance };
        if (method == "shapley") request = request with { Segments = "grid:4" };
        var network = method == "shapley" ? Joint : Network;
        var stopped = Local.Explain(network, request);
        Assert.InRange(stopped.Estimate.StandardError!.Value, tolerance / 10, tolerance);
        var samples = method == "shapley" ? (stopped.Points - 1) / 15 : stopped.Points;
        Assert.InRange(samples, 9, 9999); // not the first round, and not the last
        var whole = Local.Explain(network, request with { Tolerance = null, Samples = samples }).Estimate;
        for (var i = 0; i < whole.Map.Data.Length; i++) Assert.Equal(whole.Map.Data[i], stopped.Estimate.Map.Data[i], 1e-4f);
        Assert.Equal(whole.StandardError!.Value, stopped.Estimate.StandardError.Value, 1e-3);
    }

    [Fact]
    public void The_standard_error_of_rise_is_how_far_maps_of_other_seeds_lie_apart()
    {
        const int Seeds = 30;
        var maps = Enumerable.Range(0, Seeds).Select(seed => Local.Explain(
            Network, new() { Method = "rise", Target = "1", Samples = 200, Seed = (ulong)seed, StandardErrorMap = true }).Estimate)
                .ToArray();
        double spread = 0, said = 0;
        for (var i = 0; i < 16; i++)
        {
            var mean = maps.Average(m => m.Map.Data[i]);
            spread += maps.Sum(m => Math.Pow(m.Map.Data[i] - mean, 2)) / (Seeds - 1);
            said += maps.Average(m => Math.Pow(m.StandardErrorMap!.Data[i], 2));
        }
        Assert.InRange(Math.Sqrt(said / spread), 0.75, 1.3);
    }

    [Theory]
    [InlineData("smoothgrad", 0.03)]
    [InlineData("expected-gradients", 0.1)]
    [InlineData("rise", 0.3)]
    [InlineData("shapley", 0.05)]
    public void Stopping_is_the_same_to_the_byte_in_any_order_and_after_a_restart(string method, double tolerance)
    {
        var request = new ExplanationRequest { Method = method, Target = "1", Tolerance = tolerance };
        var expected = Local.Explain(Network, request);
        var run = new ExplanationRun(Network.Resolve(request), Network.Image(), 0);
        while (run.Round is { } round)
        {
            foreach (var shard in run.Shards.Reverse().ToArray()) run.Add(Local.Compute(Network, round, shard, Network.Image()));
            run = ExplanationRun.Load(run.Save(), Network.Resolve(request), Network.Image(), 0);
        }
        Assert.Equal((expected.Points, expected.Estimate.StandardError), (run.Result.Points, run.Result.Estimate.StandardError));
        Assert.Equal(expected.Estimate.Map.Data, run.Result.Estimate.Map.Data);
    }

    [Theory]
    [InlineData("integrated-gradients", "gausslegendre", null, null, "Only the points of 'riemann_middle' and 'adaptive' can be refined")]
    [InlineData("integrated-gradients", "riemann_middle", 10, null, "With 'tolerance', 'steps' is the most that may be used; 10 leave nothing to compare.")]
    [InlineData("smoothgrad", null, null, "latin-hypercube", "A Latin hypercube needs the number of samples beforehand")]
    [InlineData("vargrad", null, null, null, "Method 'vargrad' does not read option 'tolerance'.")]
    public void What_cannot_stop_early_says_so(string method, string? rule, int? steps, string? sampling, string what)
    {
        var request = new ExplanationRequest { Method = method, Rule = rule, Steps = steps, Sampling = sampling, Tolerance = 0.1 };
        Assert.StartsWith(what, Assert.Throws<RequestException>(() => Network.Resolve(request)).What, StringComparison.Ordinal);
    }
}
