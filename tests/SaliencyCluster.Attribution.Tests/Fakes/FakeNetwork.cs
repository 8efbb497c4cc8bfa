using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Tests.Fakes;

/// <summary>A network written in C#: output j of an image x, and the gradient of one output.</summary>
internal sealed record FakeNetwork(int[] ImageShape, int Outputs, Func<float[], int, double> Value, Func<float[], int, float[]> Gradient)
{
    /// <summary>Output j is the sum of <c>sin((j + 1) * x[i] + i)</c>: smooth, different everywhere.</summary>
    public static FakeNetwork Sines(params int[] shape) => new(
        shape, 3,
        (x, j) => x.Select((v, i) => Math.Sin((j + 1) * v + i)).Sum(),
        (x, j) => [.. x.Select((v, i) => (float)((j + 1) * Math.Cos((j + 1) * v + i)))]);

    /// <summary>Output j is the sum of <c>(i + j + 1) * x[i]</c>.</summary>
    public static FakeNetwork Linear(params int[] shape) => new(
        shape, 3,
        (x, j) => x.Select((v, i) => (double)(i + j + 1) * v).Sum(),
        (_, j) => [.. Enumerable.Range(0, shape.Aggregate(1, (n, d) => n * d)).Select(i => (float)(i + j + 1))]);

    public ModelSummary Summary => new(
        "fake", 13, "input", [.. ImageShape.Select(d => (long)d)], "logits", [Outputs], true, false, [], null, [], 1, 0);

    public ResolvedRequest Resolve(ExplanationRequest request) => RequestResolver.Resolve(request, Summary, ["a", "b", "c"]);

    public Tensor Image(int seed = 1)
    {
        var random = new Random(seed);
        var image = Tensor.Zeros(ImageShape);
        for (var i = 0; i < image.Data.Length; i++) image.Data[i] = random.NextSingle() * 2 - 1;
        return image;
    }
}
