using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>
/// No attribution: the network's outputs at changed copies of the image, which evaluations of maps ask for on the same way as for maps.
/// The "map" is <c>[copies, outputs]</c>.
/// </summary>
internal sealed class PerturbedOutputs(Perturbation perturbation) : IAttributionMethod
{
    public string Name => "perturbed-outputs";

    public MethodDescription Description { get; } = new("The network's outputs at changed copies of the image.", "", "1 forward pass per copy", "", [], NeedsGradient: false);

    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => perturbation.Count;

    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count > 0 ? null : new()
    {
        Map = PointMap.None,
        Outputs = true,
        Recipe = new PointRecipe { Path = PathKind.Perturbed, Perturbation = perturbation, PerturbedImage = context.ImageIndex },
        Points = [.. Enumerable.Range(0, perturbation.Count).Select(copy => new Point(1, 0, -1, copy))],
    };

    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        // A preview of an unfinished round knows no outputs.
        var outputs = done.Count > 0 ? done[0].Outputs : null;
        return new(outputs is null ? Tensor.Zeros(1, 1) : new([perturbation.Count, outputs.Length / perturbation.Count], outputs));
    }
}
