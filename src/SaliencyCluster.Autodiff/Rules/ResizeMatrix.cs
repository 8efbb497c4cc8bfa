using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Resampling along one axis as a matrix, as the ONNX reference defines it.</summary>
internal static class ResizeMatrix
{
    public static double[,] Of(GraphBuilder graph, ResizeAxis r)
    {
        var matrix = graph.EmptyMatrix(r.Output, r.Input);
        for (var o = 0; o < r.Output; o++)
        {
            var at = Coordinate(r, o);
            if (r.Coordinates == "tf_crop_and_resize" && (at < 0 || at > r.Input - 1)) continue; // the extrapolation value
            if (r.Mode == "nearest")
            {
                matrix[o, Math.Clamp(Round(r.Nearest, at), 0, r.Input - 1)] += 1;
                continue;
            }
            foreach (var (input, weight) in Taps(r, at))
                matrix[o, Math.Clamp(input, 0, r.Input - 1)] += weight;
        }
        return matrix;
    }

    private static double Coordinate(ResizeAxis r, int o) => r.Coordinates switch
    {
        "asymmetric" => o / r.Scale,
        "pytorch_half_pixel" => r.Output > 1 ? ((o + 0.5) / r.Scale) - 0.5 : 0,
        "align_corners" => r.Output > 1 ? o * (r.Input - 1.0) / (r.Output - 1) : 0,
        "tf_half_pixel_for_nn" => (o + 0.5) / r.Scale,
        "tf_crop_and_resize" => r.Output > 1
            ? (r.Region.Start * (r.Input - 1)) + (o * (r.Region.End - r.Region.Start) * (r.Input - 1) / (r.Output - 1))
            : 0.5 * (r.Region.Start + r.Region.End) * (r.Input - 1),
        "half_pixel_symmetric" => (r.Input / 2.0 * (1 - (r.Output / (r.Scale * r.Input)))) + ((o + 0.5) / r.Scale) - 0.5,
        _ => ((o + 0.5) / r.Scale) - 0.5,
    };

    private static long Round(string how, double at) => (long)(how switch
    {
        "floor" => Math.Floor(at),
        "ceil" => Math.Ceiling(at),
        "round_prefer_ceil" => Math.Floor(at + 0.5),
        _ => Math.Ceiling(at - 0.5),
    });

    // The kernel around a coordinate; antialiasing stretches it when the axis shrinks.
    private static List<(long Input, double Weight)> Taps(ResizeAxis r, double at)
    {
        var stretch = r.Antialias && r.Scale < 1 ? 1 / r.Scale : 1;
        var reach = (r.Mode == "cubic" ? 2 : 1) * stretch;
        var taps = new List<(long Input, double Weight)>();
        for (var i = (long)Math.Floor(at - reach) + 1; i <= (long)Math.Ceiling(at + reach) - 1; i++)
        {
            var inside = i >= 0 && i < r.Input;
            if (!inside && r.ExcludeOutside) continue;
            var distance = Math.Abs(i - at) / stretch;
            taps.Add((i, r.Mode == "cubic" ? Cubic(distance, r.CubicCoefficient) : Math.Max(0, 1 - distance)));
        }
        var sum = taps.Sum(t => t.Weight);
        return [.. taps.Select(t => (t.Input, t.Weight / sum))];
    }

    private static double Cubic(double d, double a) => d switch
    {
        <= 1 => (((a + 2) * d) - (a + 3)) * d * d + 1,
        < 2 => (((a * d) - (5 * a)) * d * d) + (8 * a * d) - (4 * a),
        _ => 0,
    };
}
