using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;

namespace SaliencyCluster.Attribution.Tests.Fakes;

/// <summary>Drives runs in this process.</summary>
internal static class Local
{
    public static Explanation Explain(
        FakeNetwork network, ExplanationRequest request, Tensor? image = null, uint imageIndex = 0, params Tensor[] storedBaselines)
    {
        var run = new ExplanationRun(network.Resolve(request), image ?? network.Image(), imageIndex, storedBaselines);
        return Finish(run, network, image ?? network.Image(), storedBaselines);
    }

    public static Explanation Finish(ExplanationRun run, FakeNetwork network, Tensor image, params Tensor[] storedBaselines)
    {
        while (run.Round is { } round)
            foreach (var shard in run.Shards)
                run.Add(Compute(network, round, shard, image, storedBaselines));
        return run.Result;
    }

    public static Partial Compute(FakeNetwork network, Round round, ShardSpec shard, Tensor image, params Tensor[] storedBaselines) =>
        ShardComputation.Run(
            round, shard, image, storedBaselines, new FakeRunner(network, round.Spec(image.Shape)), TestContext.Current.CancellationToken);
}
