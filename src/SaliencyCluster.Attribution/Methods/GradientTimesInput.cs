using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>The gradient of the score times the image.</summary>
/// <remarks>Shrikumar et al., 2016, https://arxiv.org/abs/1605.01713. Costs one gradient, the same as <see cref="Gradient"/>'s.</remarks>
public sealed class GradientTimesInput : ISampleMethod
{
    private static readonly Gradient Plain = new();

    /// <inheritdoc/>
    public string Name => "gradient-times-input";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "How much each input value contributes when the score is taken as linear in the image.",
        "Shrikumar et al., 2016, https://arxiv.org/abs/1605.01713", "1 gradient", "completeness for models linear through 0", []);

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 1;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => Plain.NextRound(context, done);

    /// <inheritdoc/>
    public Round Sample(MethodContext context)
    {
        var plain = Plain.Sample(context);
        return plain with { Recipe = plain.Recipe with { Multiplier = MultiplierKind.Point } };
    }

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var map = Tensor.Zeros(context.Image.Shape);
        TensorPrimitives.Multiply(done[0].Sum!.Data, context.Image.Data, map.Data);
        return new(map);
    }
}
