using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Tests.Runs;

public class ComparisonRunTests
{
    private static readonly FakeNetwork Network = FakeNetwork.Sines(1, 6, 6);

    private static readonly ExplanationRequest[] Requests =
    [
        new() { Method = "gradient", Target = "1" },
        new() { Method = "gradient-times-input", Target = "1" },
        new() { Method = "smoothgrad", Target = "1", Samples = 12 },
        new() { Method = "smoothgrad-squared", Target = "1", Samples = 12 },
        new() { Method = "vargrad", Target = "1", Samples = 12 },
        new() { Method = "integrated-gradients", Target = "1", Steps = 10, Baseline = "black,white" },
        new() { Method = "xrai", Target = "1", Steps = 10 },
        new() { Method = "idgi", Target = "1", Steps = 8 },
        new() { Method = "occlusion", Target = "1" },
        new() { Method = "integrated-gradients", Target = "1", Tolerance = 0.01 },
        new() { Method = "sobel", Target = "1" },
    ];

    [Fact]
    public void Each_result_is_that_of_its_request_alone_to_the_byte()
    {
        var run = Drive(Start(), reversed: false);
        foreach (var (request, result) in Requests.Zip(run.Results))
        {
            var alone = Local.Explain(Network, request);
            Assert.Equal(alone.Estimate.Map.Data, result.Estimate.Map.Data);
            Assert.Equal((alone.Points, alone.ProbePoints, alone.Score), (result.Points, result.ProbePoints, result.Score));
            Assert.Equal((alone.Estimate.ConvergenceDelta, alone.Estimate.StandardError, alone.Estimate.ErrorEstimate), (result.Estimate.ConvergenceDelta, result.Estimate.StandardError, result.Estimate.ErrorEstimate));
        }
    }

    [Fact]
    public void Points_that_requests_share_are_computed_once()
    {
        var run = Drive(Start(), reversed: false);
        int Alone(int request) => run.Results[request].Points + run.Results[request].ProbePoints;
        // One gradient for two methods, one set of noisy gradients for three, one path for integrated gradients and XRAI; probes of
        // methods that read the same baselines.
        var saved = Alone(1) + Alone(3) + Alone(4) + Alone(6) + Alone(10) + run.Results[2].ProbePoints + run.Results[8].ProbePoints + run.Results[9].ProbePoints;
        Assert.Equal(Enumerable.Range(0, Requests.Length).Sum(Alone) - saved, run.PointsComputed);
        // Three probes differ: the image alone, with one baseline, with two.
        Assert.Equal((run.PointsComputed - 6, run.PointsComputed - 6), (run.Progress.PointsDone, run.Progress.PointsPlanned));
    }

    [Fact]
    public void It_goes_on_from_checkpoints_in_any_order_to_the_same_bytes()
    {
        var expected = Drive(Start(), reversed: false);
        var run = Drive(Start(), reversed: true);
        Assert.Equal(expected.Results.Select(r => r.Estimate.Map.Data), run.Results.Select(r => r.Estimate.Map.Data));
        Assert.Equal(expected.PointsComputed, run.PointsComputed);
    }

    [Fact]
    public void A_repeated_or_old_shard_brings_nothing_new()
    {
        var run = Start();
        var probe = Compute(run, run.Shards[0]);
        Assert.True(run.Add(probe));
        Assert.False(run.Add(probe));
    }

    [Fact]
    public void A_checkpoint_of_other_requests_is_refused()
    {
        var saved = Start().Save();
        ResolvedRequest[] others = [Network.Resolve(Requests[2])];
        Assert.Equal("SAL2301", Assert.Throws<SaliencyException>(() => ComparisonRun.Load(saved, others, Network.Image(), 0)).Code);
        saved[20] ^= 1;
        Assert.Equal("SAL2301", Assert.Throws<SaliencyException>(() => ComparisonRun.Load(saved, Resolved, Network.Image(), 0)).Code);
    }

    private static ResolvedRequest[] Resolved => [.. Requests.Select(Network.Resolve)];

    private static ComparisonRun Start() => new(Resolved, Network.Image(), 0);

    private static ComparisonRun Drive(ComparisonRun run, bool reversed)
    {
        while (run.Round is not null)
        {
            var shards = reversed ? run.Shards.Reverse().ToArray() : [.. run.Shards];
            foreach (var shard in shards) run.Add(Compute(run, shard));
            if (reversed) run = ComparisonRun.Load(run.Save(), Resolved, Network.Image(), 0);
        }
        return run;
    }

    private static Partial Compute(ComparisonRun run, ShardSpec shard) => Local.Compute(Network, run.Round!, shard, Network.Image());
}
