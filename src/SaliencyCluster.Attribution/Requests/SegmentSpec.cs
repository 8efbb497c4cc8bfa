using System.Globalization;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>How an image is cut into segments.</summary>
internal enum SegmentKind
{
    /// <summary>N x N rectangles.</summary>
    Grid,

    /// <summary>At most N compact pieces of like colours.</summary>
    Slic,

    /// <summary>Pieces of like colours, larger ones for a larger scale.</summary>
    Felzenszwalb,

    /// <summary>A file with the number of each pixel's segment.</summary>
    File,
}

/// <summary>Reads the <c>segments</c> option: <c>grid:N</c>, <c>slic:N</c>, <c>felzenszwalb:SCALE</c> or a file of segment
/// numbers.</summary>
public static class SegmentSpec
{
    /// <summary>The most segments along each side of a grid.</summary>
    public const int MaxSide = 64;

    /// <summary>The most segments that follow an image's colours or come from a file.</summary>
    public const int MaxSegments = 1024;

    private const double MaxScale = 1e6;

    /// <summary>Gets the file that a request names, which the caller reads and sends along behind the baselines; null where it names
    /// none.</summary>
    public static string? File(ExplanationRequest request) =>
        request.Segments is { } text && Parse(text) is (SegmentKind.File, _) ? text : null;

    /// <summary>Reads the option; null where it is something else.</summary>
    internal static (SegmentKind Kind, double Number)? Parse(string text)
    {
        var (word, number) = text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (text[..colon], text[(colon + 1)..])
            : ("", text);
        var whole = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        return word switch
        {
            "grid" => whole is >= 1 and <= MaxSide ? (SegmentKind.Grid, whole) : null,
            "slic" => whole is >= 2 and <= MaxSegments ? (SegmentKind.Slic, whole) : null,
            "felzenszwalb" => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) && scale >= 1
                && scale <= MaxScale
                ? (SegmentKind.Felzenszwalb, scale) : null,
            _ => text.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) || text.EndsWith(".png", StringComparison.OrdinalIgnoreCase)
                ? (SegmentKind.File, 0) : null,
        };
    }
}
