using System.Globalization;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>An image cut into N x N rectangles as equal as whole pixels allow.</summary>
/// <param name="Side">N.</param>
/// <param name="Height">Image height.</param>
/// <param name="Width">Image width.</param>
internal readonly record struct SegmentGrid(int Side, int Height, int Width)
{
    public const int MostSide = 64;

    public int Count => Side * Side;

    /// <summary>Gets the segment of a pixel.</summary>
    public int Of(int y, int x) =>
        ((int)Math.Min((long)Side * y / Height, Side - 1) * Side) + (int)Math.Min((long)Side * x / Width, Side - 1);

    /// <summary>Reads <c>grid:N</c>; null where it is something else.</summary>
    public static int? ParseSide(string text) =>
        text.StartsWith("grid:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var side)
            && side is >= 1 and <= MostSide ? side : null;
}
