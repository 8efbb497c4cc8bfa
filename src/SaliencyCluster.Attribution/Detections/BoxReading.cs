namespace SaliencyCluster.Attribution.Detections;

/// <summary>Boxes in pixels of the model's input, and how four numbers became one.</summary>
/// <param name="Boxes">The boxes.</param>
/// <param name="Read">How, in words.</param>
/// <param name="Words">The words of a head that say the same.</param>
internal sealed record BoxReading(Box[] Boxes, string Read, IReadOnlyList<string> Words)
{
    // Fractions of the image may reach a little over its border; pixels of a detector's image are many.
    private const float MaxFraction = 2;

    // Half of the width or height of the cells around a place; raw centres stay near 0.
    private const double NearestDecoded = 0.25;

    /// <summary>Reads them: as the head's words say, else as its family has them, else as the numbers themselves tell.</summary>
    public static BoxReading Of(DetectionHead head, (float A, float B, float C, float D)[] numbers, int height, int width)
    {
        var raw = head.Family == HeadFamilies.YoloX && (Word(head, 4) ?? (IsRaw(numbers, height, width) ? "raw" : "decoded")) == "raw";
        if (raw) return new([.. Decoded(head, numbers, height, width)], "raw cxcywh, decoded by the grids", ["raw"]);
        var order = Word(head, 0) ?? Order(head, numbers);
        var units = Word(head, 1)
            ?? (numbers.All(n => Math.Abs(n.A) <= MaxFraction && Math.Abs(n.B) <= MaxFraction && Math.Abs(n.C) <= MaxFraction
                && Math.Abs(n.D) <= MaxFraction) ? "fractions" : "pixels");
        var (sx, sy) = units == "fractions" ? ((double)width, (double)height) : (1, 1);
        return new([.. numbers.Select(n => Corners(n, order)).Select(b => new Box(b.X0 * sx, b.Y0 * sy, b.X1 * sx, b.Y1 * sy))],
            $"{order}, {units}", head.Family == HeadFamilies.YoloX ? [order, units, "decoded"] : [order, units]);
    }

    /// <summary>The word of a group that the head was given; null where none was.</summary>
    internal static string? Word(DetectionHead head, int group) => head.Words.FirstOrDefault(HeadFamilies.Words[group].Contains);

    private static string Order(DetectionHead head, (float A, float B, float C, float D)[] numbers)
    {
        // TensorFlow's detection interface names its outputs so, and has rows first.
        if (head.Boxes.Contains("detection_boxes", StringComparison.OrdinalIgnoreCase)) return "yxyx";
        if (head.Family == HeadFamilies.EndToEnd) return "xyxy";
        if (head.Family == HeadFamilies.Ssd && numbers.All(n => n.C >= n.A && n.D >= n.B)) return "xyxy";
        // Sizes of decoded boxes are never below 0; what is relative to anchors is, at some places.
        return numbers.All(n => n.C >= 0 && n.D >= 0) ? "cxcywh" : throw HeadReader.Unfit(
            head, $"{numbers.Count(n => n.C < 0 || n.D < 0)} of its {numbers.Length} boxes have a size below 0, as boxes have that are "
                + $"still relative "
                + "to anchors or a grid");
    }

    private static Box Corners((float A, float B, float C, float D) n, string order) => order switch
    {
        "xyxy" => new(n.A, n.B, n.C, n.D),
        "yxyx" => new(n.B, n.A, n.D, n.C),
        "xywh" => new(n.A, n.B, n.A + (double)n.C, n.B + (double)n.D),
        _ => new(n.A - n.C / 2.0, n.B - n.D / 2.0, n.A + n.C / 2.0, n.B + n.D / 2.0),
    };

    // The logarithm of a size is below 0 for objects smaller than a cell, which some place always sees; decoded centres reach over the
    // image.
    private static bool IsRaw((float A, float B, float C, float D)[] numbers, int height, int width) =>
        numbers.Any(n => n.C < 0 || n.D < 0) || numbers.Max(n => Math.Max(n.A / width, n.B / height)) < NearestDecoded;

    private static IEnumerable<Box> Decoded(DetectionHead head, (float A, float B, float C, float D)[] numbers, int height, int width)
    {
        var strides = Grids.StridesOf(numbers.Length, height, width)
            ?? throw HeadReader.Unfit(head,
                $"the grids of strides 8, 16 and 32 over an image of {height}x{width} do not have its {numbers.Length} places");
        foreach (var (n, cell) in numbers.Zip(Grids.Cells(strides, height, width)))
        {
            var (x, y) = ((n.A + cell.X) * cell.Stride, (n.B + cell.Y) * cell.Stride);
            var (w, h) = (Math.Exp(n.C) * cell.Stride, Math.Exp(n.D) * cell.Stride);
            yield return new(x - w / 2, y - h / 2, x + w / 2, y + h / 2);
        }
    }
}
