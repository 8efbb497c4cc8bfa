using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Evidence.Checks;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Local;

namespace SaliencyCluster.Runtime.Evidence;

/// <summary>Computes the maps and outputs of an evaluation on one device of this process.</summary>
/// <param name="device">Where points are evaluated.</param>
/// <param name="models">The models as read, with their class names.</param>
/// <param name="clock">Measures each image.</param>
public sealed class LocalEvidenceEngine(Device device, IReadOnlyList<LocalModel> models, TimeProvider clock) : IExplanationEngine
{
    private readonly DerivedModels _derived = new();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ExplainedMap>> ExplainAsync(
        ModelState state, ExplanationRequest request, IReadOnlyList<IndexedImage> images, CancellationToken cancellation)
    {
        var known = Find(state);
        var model = _derived.Get(known.Model, state);
        var resolved = RequestResolver.Resolve(request, known.Summary with { Hash = state.Hash }, known.Labels);
        var explainer = new LocalExplainer(device, model, resolved, [], clock);
        var maps = new List<ExplainedMap>(images.Count);
        var local = images.Select(i => new LocalImage($"image {i.Index}", i.Index, () => i.Pixels));
        await foreach (var result in explainer.ExplainAsync(local, cancellation: cancellation)) maps.Add(ToMap(result));
        return maps;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<float[]>> ForwardAsync(ModelState state, IReadOnlyList<Tensor> points, CancellationToken cancellation)
    {
        var known = Find(state);
        var round = new Round
        {
            Map = PointMap.None,
            Outputs = true,
            Recipe = new PointRecipe { Path = PathKind.Anchor, Anchors = points },
            Points = [.. Enumerable.Range(0, points.Count).Select(i => new Point(1, 0, -1, i))],
            // Like every micro-batch it follows from model and work alone, since it shows in the last bits.
            MicroBatch = WorkSize.MicroBatch(known.Summary, points.Count),
            ShardPoints = points.Count,
        };
        var source = GraphSource.Of(_derived.Get(known.Model, state), round.Spec(points[0].Shape));
        var partial = await device.RunAsync(
            source, (runner, token) => ShardComputation.Run(round, round.Shards()[0], points[0], [], runner, token), cancellation);
        return [.. partial.Outputs!.Chunk(partial.Outputs!.Length / points.Count)];
    }

    private LocalModel Find(ModelState state) => models.First(m => m.Model.Hash == state.ModelHash);

    private static ExplainedMap ToMap(LocalResult result) => result.Explanation is { } e
        ? new(e.Estimate.Map, e.Target, e.Score, e.BaselineScore, e.Points + e.ProbePoints, e.Estimate.ConvergenceDelta, null)
        : new(null, "", 0, null, 0, null, result.Failure!.Message);
}
