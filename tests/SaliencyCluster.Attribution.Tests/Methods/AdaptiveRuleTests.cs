using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods;

public class AdaptiveRuleTests
{
    private static readonly FakeNetwork Smooth = FakeNetwork.Sines(2, 4, 4);

    /// <summary>A score that rises from 0 to 1 in a hundredth of the way, as a probability may.</summary>
    private static readonly FakeNetwork Steep = new(
        [1, 4, 4], 3, (x, _) => 1 / (1 + Math.Exp(-100 * (x.Sum(v => (double)v) - 12))),
        (x, _) => { var p = 1 / (1 + Math.Exp(-100 * (x.Sum(v => (double)v) - 12))); return [.. x.Select(_ => (float)(100 * p * (1 - p)))]; });

    private static readonly Tensor Ones = new([1, 4, 4], [.. Enumerable.Repeat(1f, 16)]);

    [Fact]
    public void Points_gather_where_the_gradient_changes()
    {
        double Error(string rule) => Math.Abs(Local.Explain(Steep, new ExplanationRequest { Method = "integrated-gradients", Rule = rule, Steps = 40, Target = "0" }, Ones).Estimate.ConvergenceDelta!.Value);
        Assert.True(10 * Error("adaptive") < Error("riemann_middle"), $"{Error("adaptive")} {Error("riemann_middle")}");
    }

    [Theory]
    [InlineData("zeros")]
    [InlineData("zeros,ones,mean")]
    public void The_rule_tends_to_the_same_map_as_the_midpoint_rule(string baseline)
    {
        var request = new ExplanationRequest { Method = "integrated-gradients", Steps = 100, Target = "1", Baseline = baseline };
        var adaptive = Local.Explain(Smooth, request with { Rule = "adaptive" });
        var midpoint = Local.Explain(Smooth, request with { Rule = "riemann_middle" }).Estimate.Map.Data;
        Assert.Equal(100 * baseline.Split(',').Length, adaptive.Points);
        for (var i = 0; i < midpoint.Length; i++) Assert.Equal(midpoint[i], adaptive.Estimate.Map.Data[i], 2e-3f);
    }

    [Fact]
    public void A_linear_score_takes_one_round_since_nothing_changes() =>
        Assert.Equal(5, Local.Explain(FakeNetwork.Linear(1, 4, 4), new ExplanationRequest { Method = "integrated-gradients", Rule = "adaptive", Target = "0" }).Points);

    [Fact]
    public void A_kink_at_the_baseline_itself_costs_nothing()
    {
        // Homogeneous: the gradient is the same everywhere but at zero, where it is no gradient of the path.
        var network = new FakeNetwork([1, 4, 4], 3, (x, _) => x.Sum(v => (double)Math.Max(v, 0)), (x, _) => [.. x.Select(v => v > 0 ? 1f : 0f)]);
        var result = Local.Explain(network, new ExplanationRequest { Method = "integrated-gradients", Tolerance = 0.02, Target = "0" }, Ones);
        Assert.Equal(5, result.Points);
        Assert.Equal(0, result.Estimate.ConvergenceDelta!.Value, 1e-4);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.01)]
    public void With_a_tolerance_it_is_the_default_and_stops_within_it(double tolerance)
    {
        var request = new ExplanationRequest { Method = "integrated-gradients", Target = "2", Tolerance = tolerance };
        var stopped = Local.Explain(Smooth, request);
        var exact = Local.Explain(Smooth, request with { Tolerance = null, Rule = "riemann_middle", Steps = 1000 }).Estimate.Map.Data;
        Assert.Equal("adaptive", stopped.Parameters["rule"]);
        Assert.True(stopped.Estimate.ErrorEstimate <= tolerance);
        var error = Math.Sqrt(exact.Zip(stopped.Estimate.Map.Data, (a, b) => (double)(a - b) * (a - b)).Sum() / exact.Sum(v => (double)v * v));
        Assert.InRange(error, 0, tolerance);
        Assert.InRange(stopped.Points, 5, 128);
    }

    [Fact]
    public void It_is_the_same_to_the_byte_in_any_order_and_after_a_restart()
    {
        var request = new ExplanationRequest { Method = "integrated-gradients", Target = "1", Rule = "adaptive", Steps = 40, ShardPoints = 3 };
        var expected = Local.Explain(Steep, request, Ones);
        var run = new ExplanationRun(Steep.Resolve(request), Ones, 0);
        while (run.Round is { } round)
        {
            foreach (var shard in run.Shards.Reverse().ToArray()) run.Add(Local.Compute(Steep, round, shard, Ones));
            run = ExplanationRun.Load(run.Save(), Steep.Resolve(request), Ones, 0);
        }
        Assert.Equal(expected.Points, run.Result.Points);
        Assert.Equal(expected.Estimate.Map.Data, run.Result.Estimate.Map.Data);
    }

    [Theory]
    [InlineData(4, "zeros", "Rule 'adaptive' starts with 5 points, but 'steps' is 4.")]
    [InlineData(600, "zeros", "Rule 'adaptive' keeps the map of every point, 600 of them.")]
    [InlineData(200, "zeros,ones,mean", "Rule 'adaptive' keeps the map of every point, 600 of them.")]
    public void What_it_cannot_do_it_refuses(int steps, string baseline, string what)
    {
        var request = new ExplanationRequest { Method = "integrated-gradients", Rule = "adaptive", Steps = steps, Baseline = baseline };
        Assert.Equal(what, Assert.Throws<RequestException>(() => Smooth.Resolve(request)).What);
    }
}
