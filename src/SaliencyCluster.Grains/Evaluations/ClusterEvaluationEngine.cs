using System.Runtime.CompilerServices;
using System.Text.Json;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Aggregation;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>
/// Computes batches as jobs of the cluster's one queue, at batch priority. A batch's job has the batch's name, so asking again after a crash finds
/// the job with what it has computed already.
/// </summary>
/// <param name="grains">The cluster.</param>
/// <param name="blobs">Where images and maps are.</param>
/// <param name="scope">What all batches have in common.</param>
/// <param name="open">The batches that may have jobs.</param>
/// <param name="time">Measures pauses between attempts.</param>
internal sealed class ClusterEvaluationEngine(
    IGrainFactory grains, IBlobStore blobs, BatchScope scope, OpenBatches open, TimeProvider time) : IExplanationEngine
{
    private readonly TensorBlobs _tensors = new(blobs);

    public async IAsyncEnumerable<IReadOnlyList<ExplainedMap>> ExplainAsync(MapBatch batch, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var entries = new List<ManifestEntry>();
        foreach (var image in batch.Images)
            entries.Add(new(image.Name, await _tensors.NameOfAsync(image.Pixels, cancellation), ImageFormat.Tensor) { Target = image.Target, NoiseIndex = image.Index });
        var outcomes = await RunAsync(batch.Name, batch.State, new(batch.State.Randomization, null), batch.Requests, entries, cancellation);
        // Maps are read when they are asked for: those of one method at a time are in memory.
        for (var i = 0; i < batch.Requests.Count; i++) yield return await Task.WhenAll(outcomes.Select(o => MapAsync(o, i, cancellation)));
    }

    public async Task<IReadOnlyList<PerturbedLogits>> ForwardAsync(ForwardBatch batch, CancellationToken cancellation)
    {
        var entries = new List<ManifestEntry>();
        foreach (var image in batch.Images)
        {
            entries.Add(new(image.Name, await _tensors.NameOfAsync(image.Pixels, cancellation), ImageFormat.Tensor)
            {
                NoiseIndex = image.Index,
                Baseline = image.Map is { } map ? await _tensors.NameOfAsync(map, cancellation) : null,
            });
        }
        var outcomes = await RunAsync(batch.Name, batch.State, new(batch.State.Randomization, batch.Perturbation), [new() { Method = "gradient" }], entries, cancellation);
        return await Task.WhenAll(outcomes.Select(async o => o.Result is { } r
            ? PerturbedLogits.Of(await MapAsync(r, o.Name, cancellation))
            : new(null, o.Error!.ToException().Message)));
    }

    public async Task ForgetAsync(string batch, CancellationToken cancellation)
    {
        await new BatchJob(grains, scope.Key.Batch(batch), time).RemoveAsync(blobs, cancellation);
        open.Close(batch);
    }

    private async Task<IReadOnlyList<ImageOutcome>> RunAsync(
        string name, ModelState state, BatchSpec spec, IReadOnlyList<ExplanationRequest> requests, List<ManifestEntry> entries, CancellationToken cancellation)
    {
        var list = new ManifestWriter(blobs);
        foreach (var entry in entries) await list.AddAsync(entry, cancellation);
        await open.OpenAsync(name, cancellation);
        return await new BatchJob(grains, scope.Key.Batch(name), time).RunAsync(new()
        {
            Model = scope.LabelOf(state),
            Request = requests[0],
            Compared = [.. requests.Skip(1)],
            Images = await list.CompleteAsync(cancellation),
            Pool = scope.Pool,
            Weight = scope.Weight,
            // Its evaluation is counted, with all of its batches.
            Admission = new() { TenantWeight = scope.TenantWeight },
            Batch = spec,
        }, cancellation);
    }

    private async Task<ExplainedMap> MapAsync(ImageOutcome outcome, int method, CancellationToken cancellation)
    {
        if (outcome.Result is not { } first) return ExplainedMap.Failed(outcome.Error!.ToException().Message);
        var r = method == 0 ? first : outcome.Compared[method - 1];
        var points = method > 0 ? 0 : outcome.ComparisonPoints ?? r.Points + r.ProbePoints;
        return new(await MapAsync(r, outcome.Name, cancellation), r.Target, r.Score, r.BaselineScore, points, r.ConvergenceDelta, null)
        {
            Detection = r.Detection is { } found ? JsonSerializer.Deserialize<Detection>(found) : null,
        };
    }

    private async Task<Attribution.Tensor> MapAsync(StoredExplanation result, string name, CancellationToken cancellation) =>
        BatchMap.Read(await blobs.ReadAsync(result.Map, cancellation), name);
}

/// <summary>What the batches of an evaluation have in common.</summary>
/// <param name="Key">The evaluation.</param>
/// <param name="Models">Labels of registered models, <c>name:version</c>, by hash.</param>
/// <param name="Pool">The pool that computes them.</param>
/// <param name="Weight">The share of one batch.</param>
/// <param name="TenantWeight">The share of the tenant against other tenants.</param>
internal sealed record BatchScope(EvaluationKey Key, IReadOnlyDictionary<string, string> Models, string Pool, double Weight, double TenantWeight)
{
    public string LabelOf(ModelState state) => Models[state.ModelHash];
}
