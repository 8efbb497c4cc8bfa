using SaliencyCluster.Attribution.Ascents;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Methods.Visualizations;

/// <summary>An image that a class, channel or unit answers to as much as it can, from the given image on.</summary>
/// <remarks>Erhan et al., 2009; Olah et al., 2017, https://doi.org/10.23915/distill.00007. The score is the mean of the elements that the
/// target names. Costs <c>steps * copies</c> gradients, one step after another.</remarks>
public sealed class Maximize : AscentMethod
{
    /// <inheritdoc/>
    public override string Name => "maximize";

    /// <inheritdoc/>
    public override MethodDescription Description { get; } = new(
        "An image that a class, channel or unit answers to as much as it can.",
        "Olah et al., 2017, https://doi.org/10.23915/distill.00007", "steps times copies gradients, one step after another", "",
        [new("steps", "256"), new("seed", "0"), new("ascent")]);

    /// <inheritdoc/>
    protected override AscentSpec Defaults(IReadOnlyList<int> imageShape) => imageShape is [_, var height, var width]
        ? new() { Jitter = Math.Min(1024, Math.Min(height, width) / 16), Zoom = 0.05, Turn = 5 } : new() { Basis = AscentBasis.Pixel };

    /// <inheritdoc/>
    protected override Tensor? Start(MethodContext context) => context.Image;

    /// <inheritdoc/>
    protected override Round Round(Round round) => round;

    /// <inheritdoc/>
    protected override double Unit(MethodContext context)
    {
        var target = TargetSpec.Parse(context.Probe.Target);
        return context.Request.Model.OutputShape.Select((size, d) =>
            d < target.Indices!.Count && target.Indices[d] is null && size > 0 ? (double)size : 1).Aggregate(1.0, (n, size) => n * size);
    }
}
