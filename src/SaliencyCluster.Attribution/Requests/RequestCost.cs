using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>What explaining one image takes at the most, known before anything runs. Numbers without a 64-bit value are <see cref="long.MaxValue"/>.</summary>
/// <param name="Points">Evaluations of the network, the probe among them.</param>
/// <param name="StateBytes">Bytes that the process which drives the explanation keeps.</param>
/// <param name="Operations">Operations outside the network.</param>
public sealed record RequestCost(long Points, long StateBytes, long Operations)
{
    // A point with its weight, score and place in a message.
    private const int PointBytes = 64;

    /// <summary>Gets what nothing takes.</summary>
    public static RequestCost None { get; } = new(0, 0, 0);

    /// <summary>Adds what is done for the same image.</summary>
    public static RequestCost operator +(RequestCost a, RequestCost b) => new(
        Saturated.Sum(a.Points, b.Points), Saturated.Sum(a.StateBytes, b.StateBytes), Saturated.Sum(a.Operations, b.Operations));

    /// <summary>Reckons a request whose options are all set and checked.</summary>
    internal static RequestCost Of(ExplanationRequest request, IAttributionMethod method, ModelSummary model, IReadOnlyList<int> imageShape)
    {
        var baselines = BaselineSpec.Recipes(request, 0);
        var ends = baselines.Count + 1;
        var points = Saturated.Sum(method.PlannedPoints(request, model, imageShape), ends);
        var elements = Saturated.Elements(imageShape);
        var images = Saturated.Sum(ends, Math.Max(1, method.KeptMaps(request, model, imageShape)));
        var state = Saturated.Sum(
            Saturated.Product(sizeof(float), elements, images),
            Saturated.Product(sizeof(float), OutputElements(model, imageShape), ends),
            Saturated.Product(PointBytes, points));
        return new(points, state, Saturated.Sum(
            [method.Operations(request, model, imageShape), .. baselines.Select(b => BaselineOperations(b, elements, imageShape))]));
    }

    // A dimension that follows the image's size is at most its longest side, unless the network enlarges.
    internal static long OutputElements(ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Product([.. model.OutputShape.Select(d => d < 0 ? imageShape.Max() : d)]);

    private static long BaselineOperations(BaselineRecipe baseline, long elements, IReadOnlyList<int> imageShape)
    {
        if (baseline.Kind != BaselineKind.Blur || imageShape.Count != 3) return elements;
        // Two passes of a kernel of four standard deviations to each side.
        return Saturated.Product(elements, 2, (long)(8 * BaselineFactory.Sigma(baseline.Parameter, imageShape)) + 1);
    }
}
