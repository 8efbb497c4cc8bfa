using SaliencyCluster.Attribution.Ascents;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Visualizations;

/// <summary>An image that a layer cannot tell from the given one: what the layer keeps of it.</summary>
/// <remarks>
/// Mahendran and Vedaldi, 2015, https://arxiv.org/abs/1412.0035. The score is minus the squared distance of the layer's activations to
/// those of the image, relative to their own square. Costs <c>steps</c> gradients with a forward pass more each, one after another.
/// </remarks>
public sealed class Invert : AscentMethod
{
    /// <inheritdoc/>
    public override string Name => "invert";

    /// <inheritdoc/>
    public override MethodDescription Description { get; } = new(
        "An image that a layer cannot tell from the given one.",
        "Mahendran and Vedaldi, 2015, https://arxiv.org/abs/1412.0035", "steps gradients, one after another", "",
        [new("steps", "512"), new("seed", "0"), new("ascent")]);

    /// <inheritdoc/>
    public override bool NeedsTensor => true;

    /// <inheritdoc/>
    protected override AscentSpec Defaults(IReadOnlyList<int> imageShape) =>
        new() { Basis = AscentBasis.Pixel, Rate = 0.3, TotalVariation = 0.001 };

    /// <inheritdoc/>
    protected override Tensor? Start(MethodContext context) => null;

    /// <inheritdoc/>
    protected override Round Round(Round round) =>
        round with { Score = ScoreKind.Likeness, Recipe = round.Recipe with { Multiplier = MultiplierKind.Image } };

    /// <inheritdoc/>
    protected override double Unit(MethodContext context) => 1;

    /// <inheritdoc/>
    protected override IEnumerable<string> Wrong(AscentSpec spec)
    {
        if (spec.Jitter > 0 || spec.Zoom > 0 || spec.Turn > 0 || spec.Copies > 1 || spec.Probability)
            yield return "Method 'invert' compares the image itself: leave `aim`, `copies`, `jitter`, `zoom` and `turn` out.";
        if (spec.Basis == AscentBasis.Maco)
            yield return "Method 'invert' rebuilds the magnitudes too: give `basis=fourier` or `basis=pixel`.";
    }
}
