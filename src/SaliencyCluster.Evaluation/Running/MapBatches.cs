using System.Runtime.CompilerServices;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>
/// Asks an engine for the maps of several methods at a time, so that the model is derived and loaded once and what methods share is computed
/// once. An image that one method cannot explain is asked for again, method by method, so that the others do not lack it.
/// </summary>
internal static class MapBatches
{
    /// <summary>Explains the images of a batch by each of its requests, in their order.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<ExplainedMap>> ExplainEachAsync(
        this IExplanationEngine engine, MapBatch batch, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var at = 0;
        await foreach (var maps in engine.ExplainAsync(batch, cancellation))
        {
            int[] failed = batch.Requests.Count == 1 ? [] : [.. maps.Index().Where(m => m.Item.Map is null).Select(m => m.Index)];
            yield return failed.Length == 0 ? maps : await AloneAsync(engine, batch, at, maps, failed, cancellation);
            at++;
        }
    }

    private static async Task<IReadOnlyList<ExplainedMap>> AloneAsync(
        IExplanationEngine engine, MapBatch batch, int at, IReadOnlyList<ExplainedMap> maps, int[] failed, CancellationToken cancellation)
    {
        var alone = new MapBatch(FormattableString.Invariant($"{batch.Name}.{at}"), batch.State, [batch.Requests[at]], [.. failed.Select(i => batch.Images[i])]);
        ExplainedMap[] complete = [.. maps];
        await foreach (var again in engine.ExplainAsync(alone, cancellation))
            foreach (var (i, map) in failed.Zip(again)) complete[i] = map;
        await engine.ForgetAsync(alone.Name, cancellation);
        return complete;
    }
}
