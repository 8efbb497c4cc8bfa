namespace SaliencyCluster.Autodiff;

/// <summary>What covers the image at a point.</summary>
public enum PointMask
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A window of all channels, whose corners are given.</summary>
    Window,

    /// <summary>A random mask that is drawn from its number.</summary>
    Random,
}

/// <summary>What the map of a point is multiplied by, where <see cref="ExplanationSpec.Multiplier"/> asks for it.</summary>
public enum PointFactor
{
    /// <summary>The point itself.</summary>
    Point,

    /// <summary>Image plus noise minus baseline.</summary>
    Difference,
}

/// <summary>
/// What an explanation graph makes its points of, so that an image crosses to the device once and a point costs a few numbers.
/// Points are to the bit what the host makes of the same numbers, but for the last bit of the noise. In place of <c>point</c> and
/// <c>multiplier</c>, and of a row of <c>seed</c> for each point, such a graph has:
/// <list type="table">
/// <item><term>in <c>image [1,...image]</c></term><description>the image</description></item>
/// <item><term>in <c>seed [1,...output]</c></term><description>one row for all points</description></item>
/// <item><term>in <c>baseline [N,...image]</c></term><description>the baselines, where it has any</description></item>
/// <item><term>in <c>key [3]</c></term><description>int64, with noise or random masks: low and high half of the seed, index of the
/// image</description></item>
/// <item><term>in <c>alpha [B]</c></term><description>float64, with a line: place between baseline (0) and image (1)</description></item>
/// <item><term>in <c>sample [B]</c>, <c>scale [B]</c></term><description>int64 and float64, with noise: number of the sample, and what its
/// standard normals are multiplied by</description></item>
/// <item><term>in <c>variant [B]</c></term><description>int64, with several baselines or random masks: which one</description></item>
/// <item><term>in <c>window [B,4]</c></term><description>int64, with windows: row before the first, row after the last, and the same of
/// columns</description></item>
/// </list>
/// </summary>
public sealed record DevicePoints
{
    /// <summary>Gets whether noise is added to the image: docs/noise.md, stream 0.</summary>
    public bool Noise { get; init; }

    /// <summary>Gets whether points lie on the line from a baseline to the image.</summary>
    public bool Line { get; init; }

    /// <summary>Gets how many baselines there are.</summary>
    /// <value>At least 1 for a line, a mask or <see cref="PointFactor.Difference"/>. The default is 0.</value>
    public int Baselines { get; init; }

    /// <summary>Gets what covers the image.</summary>
    public PointMask Mask { get; init; }

    /// <summary>Gets the cells along a side of a random mask.</summary>
    public int Cells { get; init; }

    /// <summary>Gets the probability that a cell of a random mask is kept.</summary>
    public double Keep { get; init; }

    /// <summary>Gets what maps are multiplied by.</summary>
    public PointFactor Factor { get; init; }

    /// <summary>Gets whether points choose among baselines or masks.</summary>
    public bool HasVariants => Mask == PointMask.Random || (Mask == PointMask.None && Baselines > 1);

    internal string Key => FormattableString.Invariant($"|points:{Noise},{Line},{Baselines},{Mask},{Cells},{Keep:R},{Factor}");
}
