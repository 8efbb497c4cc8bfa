using System.Collections.Concurrent;
using SaliencyCluster.Attribution.Evidence.Checks;
using SaliencyCluster.Attribution.Evidence.Statistics;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Tests.Evidence.Checks;

/// <summary>
/// A linear model of three classes over [1,28,28] images, weights drawn from the state's hash: its gradient is known and differs from
/// state to state. <c>constant</c> is a method that looks at nothing but the image.
/// </summary>
internal sealed class LinearEngine : IExplanationEngine
{
    private const int Classes = 3;

    public ConcurrentBag<(string State, string Method, string Target, uint Image, float First)> Asked { get; } = [];

    public Task<IReadOnlyList<ExplainedMap>> ExplainAsync(
        ModelState state, ExplanationRequest request, IReadOnlyList<IndexedImage> images, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ExplainedMap>>([.. images.Select(i => Explain(state, request, i))]);

    public Task<IReadOnlyList<float[]>> ForwardAsync(ModelState state, IReadOnlyList<Tensor> points, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<float[]>>([.. points.Select(p => Logits(state, p))]);

    private static readonly ConcurrentDictionary<(string, int), float[]> Known = new();

    private static float[] Weights(ModelState state, int index) => Known.GetOrAdd((state.Hash, index), key =>
    {
        var random = new RandomStream(Convert.ToUInt64(key.Item1[..16], 16), EvidenceStream.Weights, (uint)key.Item2);
        return [.. Enumerable.Range(0, 28 * 28).Select(_ => (float)random.NextNormal() / 28)];
    });

    private ExplainedMap Explain(ModelState state, ExplanationRequest request, IndexedImage image)
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
