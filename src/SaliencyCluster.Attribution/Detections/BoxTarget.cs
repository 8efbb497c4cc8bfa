using System.Globalization;

namespace SaliencyCluster.Attribution.Detections;

/// <summary>A box that somebody drew, and perhaps the class of what is in it.</summary>
/// <param name="Box">The box.</param>
/// <param name="Class">A class index or label; null where any class will do.</param>
public sealed record BoxTarget(Box Box, string? Class)
{
    /// <summary>Reads <c>x0,y0,x1,y1[:class]</c>; null where it is none, or the box is empty.</summary>
    public static BoxTarget? TryParse(string text)
    {
        var parts = text.Split(':', 2);
        var numbers = parts[0].Split(',').Select(p => double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n
            : double.NaN).ToArray();
        if (numbers.Length != 4 || !numbers.All(double.IsFinite)) return null;
        var box = new Box(numbers[0], numbers[1], numbers[2], numbers[3]);
        return box.X1 > box.X0 && box.Y1 > box.Y0 && parts is not [_, ""] ? new(box, parts.Length == 2 ? parts[1] : null) : null;
    }
}
