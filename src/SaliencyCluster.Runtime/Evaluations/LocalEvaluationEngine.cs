using System.Runtime.CompilerServices;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Local;

namespace SaliencyCluster.Runtime.Evaluations;

/// <summary>Computes the maps and outputs of an evaluation on one device of this process.</summary>
/// <param name="device">Where points are evaluated.</param>
/// <param name="models">The models as read, with their class names.</param>
/// <param name="clock">Measures each image.</param>
public sealed class LocalEvaluationEngine(Device device, IReadOnlyList<LocalModel> models, TimeProvider clock) : IExplanationEngine
{
    private readonly DerivedModels _derived = new();

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<ExplainedMap>> ExplainAsync(MapBatch batch, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var known = Find(batch.State);
        var model = _derived.Get(known.Model, batch.State);
        var results = new LocalResult[batch.Images.Count];
        foreach (var group in batch.Images.Index().GroupBy(i => i.Item.Target))
        {
            var resolved = batch.Requests.Select(
                r => Resolved(r, group.Key, known.Summary with { Hash = batch.State.Hash }, known.Labels)).ToList();
            var members = group.ToList();
            var images = members.Select(i => new LocalImage(i.Item.Name, i.Item.Index, () => i.Item.Pixels));
            var at = 0;
            await foreach (var result in new LocalExplainer(device, model, resolved, [], clock).ExplainAsync(images, cancellation: cancellation))
                results[members[at++].Index] = result;
        }
        for (var i = 0; i < batch.Requests.Count; i++) yield return [.. results.Select(r => ToMap(r, i))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PerturbedLogits>> ForwardAsync(ForwardBatch batch, CancellationToken cancellation)
    {
        var known = Find(batch.State);
        var model = _derived.Get(known.Model, batch.State);
        var resolved = ResolvedRequest.ForOutputs(known.Summary with { Hash = batch.State.Hash }, known.Labels, batch.Perturbation);
        var answers = new PerturbedLogits[batch.Images.Count];
        // A map of its own for each image, so one explainer each; the lanes are shared.
        await Parallel.ForEachAsync(
            batch.Images.Index(), new ParallelOptions { MaxDegreeOfParallelism = device.Lanes + 1, CancellationToken = cancellation },
            async (item, token) =>
            {
                var (i, image) = item;
                IReadOnlyList<Tensor> maps = image.Map is { } map ? [map] : [];
                var explainer = new LocalExplainer(device, model, resolved, maps, clock);
                await foreach (var result in explainer.ExplainAsync([new LocalImage(image.Name, image.Index, () => image.Pixels)], cancellation: token))
                    answers[i] = result.Explanation is { } e ? PerturbedLogits.Of(e.Estimate.Map) : new(null, result.Failure!.Message);
            });
        return answers;
    }

    // What a detection's request says of the model is found for it as it is; an image's own target comes after that, as on a cluster.
    private static ResolvedRequest Resolved(ExplanationRequest request, string? own, ModelSummary model, IReadOnlyList<string> labels) =>
        request.Detection is null ? RequestResolver.Resolve(request with { Target = own ?? request.Target }, model, labels)
            : RequestResolver.Resolve(request, model, labels).For(own);

    private LocalModel Find(ModelState state) => models.First(m => m.Model.Hash == state.ModelHash);

    private static ExplainedMap ToMap(LocalResult result, int request) => result.Failure is { } failure
        ? ExplainedMap.Failed(failure.Message)
        : Of(result.Compared[request], request == 0 ? result.PointsComputed : 0);

    private static ExplainedMap Of(Explanation e, long points) => new(e.Estimate.Map, e.Target, e.Score, e.BaselineScore, points, e.Estimate.ConvergenceDelta, null) { Detection = e.Detection };
}
