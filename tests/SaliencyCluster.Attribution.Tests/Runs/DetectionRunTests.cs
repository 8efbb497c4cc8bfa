using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Tests.Runs;

/// <summary>Runs that explain a detection: looks at the head's outputs come before the probe, whatever else happens.</summary>
public sealed class DetectionRunTests
{
    private const int Places = 10;
    private static readonly ModelSummary Model = Named("scores", [Places, 2]) with
    {
        Outputs = [new("scores", [Places, 2], null), new("boxes", [Places, 4], null)],
    };
    private static readonly Tensor Image = new([1, 4, 4], [.. Enumerable.Range(0, 16).Select(i => i / 16f)]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Outputs_are_looked_at_one_after_another_and_then_the_row_is_explained(bool reloads)
    {
        var request = Resolve(new() { Method = "gradient", Box = "1,1,3,3:1" });
        var run = new ExplanationRun(request, Image, 0);
        var asked = new List<string?>();
        for (var rounds = 0; run.Round is { } round && rounds < 20; rounds++)
        {
            asked.Add($"{round.Number} {(round.Number < 3 ? round.Output ?? (round.Probability ? "?" : "probe") : round.Target)}");
            run.Add(Answer(round, run.Shards[0]));
            // A run that stops amid its looks begins again; behind the probe it goes on.
            if (reloads && run.Round is { Number: > 2 }) run = ExplanationRun.Load(run.Save(), request, Image, 0);
            if (reloads && rounds == 0) run = ExplanationRun.Load(run.Save(), request, Image, 0);
        }
        string[] once = ["0 boxes", "1 scores", "2 probe", "3 7,1"];
        Assert.Equal(reloads ? ["0 boxes", .. once] : once, asked);
        var result = run.Result;
        Assert.Equal(("7,1", 7, 1, "input"), (result.Target, result.Detection!.Row, result.Detection.Class, result.Detection.Pixels));
        Assert.Equal([1, 1, 3, 3], result.Detection.Box);
        Assert.Equal(0.9f, result.Score);
        Assert.Equal((1, 3), (result.Points, result.ProbePoints));
        Assert.Equal([0.25, 0.45], [(double)result.Parameters["score-threshold"]!, (double)result.Parameters["iou"]!]);
        Assert.False(result.Parameters.ContainsKey("target"));
    }

    [Fact]
    public void Equal_looks_of_a_comparison_are_computed_once()
    {
        ResolvedRequest[] requests = [Resolve(new() { Method = "gradient", Detection = 1 }),
            Resolve(new() { Method = "gradient-times-input", Detection = 1 })];
        var run = new ComparisonRun(requests, Image, 0);
        while (run.Round is { } round) run.Add(Answer(round, run.Shards[0]));
        Assert.Equal(4, run.PointsComputed); // two looks, one probe, one gradient for both
        Assert.All(run.Results, r => Assert.Equal("7,1", r.Target));
        Assert.Equal(1, run.Progress.PointsDone);
    }

    [Fact]
    public void A_round_that_comes_after_the_probe_is_not_guessed() =>
        Assert.Null(RoundForecast.AfterProbe(Resolve(new() { Method = "gradient", Detection = 1 }), Image, 0, []));

    [Fact]
    public void An_output_that_is_not_finite_is_refused()
    {
        var run = new ExplanationRun(Resolve(new() { Method = "gradient", Detection = 1 }), Image, 0);
        run.Add(Answer(run.Round!, run.Shards[0]));
        var scores = Answer(run.Round!, run.Shards[0]);
        scores.Outputs![3] = float.NaN;
        Assert.Equal("SAL2403", Assert.Throws<SaliencyException>(() => run.Add(scores)).Code);
    }

    // Place 7 sees class 1 in (1,1,3,3), all others nothing.
    private static Partial Answer(Round round, ShardSpec shard)
    {
        var boxes = new float[Places * 4];
        for (var p = 0; p < Places; p++) new[] { 1f, 1, p == 7 ? 3 : 1.5f, p == 7 ? 3 : 1.5f }.CopyTo(boxes, p * 4);
        var scores = new float[Places * 2];
        scores[15] = 0.9f;
        if (round.Map != PointMap.None) return new(round.Number, 0, shard.Index, new([1, 4, 4], new float[16]), null, [0.9f], null);
        return round.Output == "boxes"
            ? new(round.Number, 0, shard.Index, null, null, [0], boxes) { OutputShape = [Places, 4] }
            : new(round.Number, 0, shard.Index, null, null, [0], scores) { OutputShape = [Places, 2] };
    }

    private static ResolvedRequest Resolve(ExplanationRequest request) =>
        RequestResolver.Resolve(request with { Head = "ssd:pixels,no-background" }, Model, []);

    private static ModelSummary Named(string output, long[] shape) =>
        new("fake", 13, "input", [1, 4, 4], output, shape, true, false, [], null, [], 1, 0);
}
