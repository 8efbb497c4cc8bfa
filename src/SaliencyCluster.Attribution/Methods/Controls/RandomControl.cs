using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Methods.Controls;

/// <summary>Uniform random numbers between 0 and 1, keyed by seed and image.</summary>
public sealed class RandomControl() : ControlMethod(
    "random", "Random numbers; a control that sees neither image nor model.", "-", new MethodOption("seed", "0"))
{
    private const uint Stream = 4; // of the counter, see docs/noise.md

    /// <inheritdoc/>
    public override string WhyNotSmoothed => "it never looks at the image, so noise changes nothing";

    /// <inheritdoc/>
    protected override Plane Map(MethodContext context)
    {
        var (seed, width) = (context.Options.Seed!.Value, context.Image.Shape[2]);
        return Plane.Of(context.Image.Shape[1], width, (y, x) =>
            (Philox.Block((uint)(y * width + x), 0, context.ImageIndex, Stream, (uint)seed, (uint)(seed >> 32)).R0 + 0.5) / 4294967296);
    }
}
