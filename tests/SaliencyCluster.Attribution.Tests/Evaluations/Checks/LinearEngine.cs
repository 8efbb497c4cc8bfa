using System.Collections.Concurrent;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Checks;

/// <summary>
/// A linear model of three classes over [1,28,28] images, weights drawn from the state's hash: its gradient is known and differs from
/// state to state. <c>constant</c> is a method that looks at nothing but the image.
/// </summary>
internal sealed class LinearEngine : IExplanationEngine
{
    private const int Classes = 3;

    public ConcurrentBag<(string State, string Method, string Target, uint Image, float First)> Asked { get; } = [];

    public ConcurrentBag<string> Forgotten { get; } = [];

    public ConcurrentBag<ForwardBatch> Forwarded { get; } = [];

    /// <summary>Gets whether an image that one request cannot explain fails by all of its batch, as in a cluster.</summary>
    public bool FailsTogether { get; init; }

    public IAsyncEnumerable<IReadOnlyList<ExplainedMap>> ExplainAsync(MapBatch batch, CancellationToken cancellation)
    {
        var maps = batch.Requests.Select(r => batch.Images.Select(i => Explain(batch.State, r with { Target = i.Target ?? r.Target }, i)).ToArray()).ToArray();
        for (var i = 0; FailsTogether && i < batch.Images.Count; i++)
            if (maps.FirstOrDefault(m => m[i].Map is null) is { } broken) foreach (var method in maps) method[i] = broken[i];
        return maps.ToAsyncEnumerable();
    }

    public Task<IReadOnlyList<PerturbedLogits>> ForwardAsync(ForwardBatch batch, CancellationToken cancellation)
    {
        Forwarded.Add(batch);
        return Task.FromResult<IReadOnlyList<PerturbedLogits>>(
            [.. batch.Images.Select(i => new PerturbedLogits([.. batch.Perturbation.Of(i.Pixels, i.Index, i.Map).Select(p => Logits(batch.State, p))], null))]);
    }

    public Task ForgetAsync(string batch, CancellationToken cancellation)
    {
        Forgotten.Add(batch);
        return Task.CompletedTask;
    }

    private static readonly ConcurrentDictionary<(string, int), float[]> Known = new();

    private static float[] Weights(ModelState state, int index) => Known.GetOrAdd((state.Hash, index), key =>
    {
        var random = new RandomStream(Convert.ToUInt64(key.Item1[..16], 16), EvaluationStream.Weights, (uint)key.Item2);
        return [.. Enumerable.Range(0, 28 * 28).Select(_ => (float)random.NextNormal() / 28)];
    });

    private ExplainedMap Explain(ModelState state, ExplanationRequest request, BatchImage image)
    {
        var logits = Logits(state, image.Pixels);
        var target = request.Target is null or TargetSpec.Predicted ? Array.IndexOf(logits, logits.Max()) : int.Parse(request.Target);
        Asked.Add((state.Hash, request.Method, request.Target ?? "", image.Index, image.Pixels.Data[400]));
        var weights = Weights(state, target);
        var map = request.Method switch
        {
            "gradient" => weights,
            "gradient-times-input" => [.. weights.Zip(image.Pixels.Data, (w, x) => w * x)],
            "constant" => image.Pixels.Data,
            _ => null,
        };
        return new(map is null ? null : new Tensor([1, 28, 28], map), $"{target}", logits[target], null, 1, null, map is null ? "no such method" : null);
    }

    private static float[] Logits(ModelState state, Tensor image) =>
        [.. Enumerable.Range(0, Classes).Select(c => Weights(state, c).Zip(image.Data, (w, x) => w * x).Sum())];
}
