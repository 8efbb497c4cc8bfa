using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Predictions;

/// <summary>No attribution: what an output of the network holds for the image, as the network gives it. The "map" has the output's
/// shape.</summary>
public sealed class Prediction : IAttributionMethod
{
    /// <summary>The name by which requests ask for it.</summary>
    public const string MethodName = "prediction";

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <inheritdoc/>
    public MethodDescription Description { get; } =
        new("What an output of the network holds, as it is.", "", "1 forward pass", "", [], NeedsGradient: false);

    /// <inheritdoc/>
    public string? WhyNotSmoothed => "it is no map";

    /// <summary>Gets the request for an output; one element of it stands for its score, so that none need be predicted.</summary>
    /// <param name="output">The output; null for the one that is explained by default.</param>
    /// <param name="rank">Its rank without batch.</param>
    public static ExplanationRequest Of(string? output, int rank) =>
        new() { Method = MethodName, Output = output, Target = string.Join(',', Enumerable.Repeat("0", Math.Max(1, rank))) };

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 1;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count > 0 ? null : new()
    {
        Map = PointMap.None,
        Outputs = true,
        AsIs = true,
        Recipe = new PointRecipe(),
        Points = [new Point(1, 1)],
    };

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        // A preview of an unfinished round knows no outputs.
        if (done.Count == 0 || done[0].Outputs is not { } outputs) return new(Tensor.Zeros(1));
        int[] shape = [.. (done[0].OutputShape ?? [outputs.Length]).Select(d => (int)d)];
        return new(new(shape.Length == 0 ? [1] : shape, outputs));
    }
}
