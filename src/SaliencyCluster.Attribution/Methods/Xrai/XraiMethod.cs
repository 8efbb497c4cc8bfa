using SaliencyCluster.Attribution.Quadrature;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Xrai;

/// <summary>Regions of the image in the order of their mean integrated gradients from black and from white.</summary>
/// <remarks>
/// Kapishnikov et al., 2019, https://arxiv.org/abs/1906.02825. The regions are segments of the image at six scales; each pixel's
/// attribution is the greatest of its channels'. Costs <c>steps</c> gradients per baseline; segments are found where the map is finished.
/// </remarks>
public sealed class XraiMethod : IAttributionMethod
{
    // Six segmentations sort the differences of neighbours, eight a pixel.
    private const int SegmentOperations = 6 * 8 * 20;

    // PAIR's 50 pixels of 224 x 224.
    private const double MinShare = 50.0 / (224 * 224);

    /// <inheritdoc/>
    public string Name => "xrai";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "Regions of the image, each with the mean integrated gradients of what it adds to better ones.",
        "Kapishnikov et al., 2019, https://arxiv.org/abs/1906.02825", "steps gradients per baseline", "none",
        [new("steps", "50"), new("baseline", "black,white"), new("seed", "0")]);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (model.ImageShape.Count != 3)
            yield return MethodErrors.NoPlanes(Name, "segments height and width", model, "Use integrated-gradients.");
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Product(request.Steps!.Value, BaselineSpec.Recipes(request, 0).Count);

    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Product(SegmentOperations, Saturated.Elements(imageShape));

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count > 0 ? null
        : IntegratedGradients.PathRound(context, PathRule.ByName("riemann_middle", context.Options.Steps!.Value));

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var (height, width) = (context.Image.Shape[1], context.Image.Shape[2]);
        var gradients = IntegratedGradients.TimesDifference(context, done[0].Sum!).Data;
        var attribution = new double[height * width];
        for (var p = 0; p < attribution.Length; p++)
        {
            attribution[p] = gradients[p];
            for (var i = p; i < gradients.Length; i += attribution.Length) attribution[p] = Math.Max(attribution[p], gradients[i]);
        }
        var least = Math.Max(1, (int)Math.Round(MinShare * attribution.Length));
        return new(new Tensor([1, height, width], RegionRanking.Rank(attribution, ImageSegments.Of(context.Image), least)));
    }
}
