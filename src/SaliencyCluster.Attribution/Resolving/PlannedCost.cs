using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Resolving;

/// <summary>Reckons what a request takes, from its method's plan.</summary>
internal static class PlannedCost
{
    // A point with its weight, score and place in a message.
    private const int PointBytes = 64;

    /// <summary>Reckons a request whose options are all set and checked.</summary>
    public static RequestCost Of(ExplanationRequest request, IAttributionMethod method, ModelSummary model, IReadOnlyList<int> imageShape)
    {
        var baselines = BaselineSpec.Recipes(request, 0);
        var ends = baselines.Count + 1;
        var points = Saturated.Sum(method.PlannedPoints(request, model, imageShape), ends);
        var elements = Saturated.Elements(imageShape);
        var images = Saturated.Sum(ends, Math.Max(1, method.KeptMaps(request, model, imageShape)));
        var state = Saturated.Sum(
            Saturated.Product(sizeof(float), elements, images),
            Saturated.Product(sizeof(float), RequestCost.OutputElements(model, imageShape), ends),
            Saturated.Product(PointBytes, points));
        return new(points, state, Saturated.Sum(
            [method.Operations(request, model, imageShape), .. baselines.Select(b => BaselineOperations(b, elements, imageShape))]));
    }

    private static long BaselineOperations(BaselineRecipe baseline, long elements, IReadOnlyList<int> imageShape)
    {
        if (baseline.Kind != BaselineKind.Blur || imageShape.Count != 3) return elements;
        // Two passes of a kernel of four standard deviations to each side.
        return Saturated.Product(elements, 2, (long)(8 * BaselineFactory.Sigma(baseline.Parameter, imageShape)) + 1);
    }
}
