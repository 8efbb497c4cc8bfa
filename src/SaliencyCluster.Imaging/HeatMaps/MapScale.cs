using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>A map as one number per pixel, from -1 to 1.</summary>
/// <param name="Values">The numbers; at least 0 where the map is shown unsigned.</param>
/// <param name="Limit">What the map's value exceeds <paramref name="Least"/> by where it is shown as 1; 0 for a map of one value.</param>
/// <param name="Signed">Whether there are two signs to show.</param>
/// <param name="Least">The value of the map that is shown as 0.</param>
public sealed record MapScale(Plane Values, double Limit, bool Signed, double Least = 0)
{
    /// <summary>Reduces the channels of a map and clips its outliers.</summary>
    /// <param name="map">A map <c>[C,H,W]</c> or <c>[H,W]</c>.</param>
    /// <param name="options">Channel reduction, sign and clipping.</param>
    public static MapScale Of(Tensor map, HeatMapOptions options)
    {
        var reduced = Reduce(map, options.Reduction);
        var signed = options.Signed && options.Reduction == ChannelReduction.Sum;
        if (!signed && !options.FromLeast) reduced = reduced.Select(Math.Abs);
        var least = options.FromLeast && !signed ? reduced.Values.Min() : 0;
        if (least != 0) reduced = reduced.Select(v => v - least);
        var limit = Threshold(reduced.Values, options.ClippedPercent);
        return new(reduced.Select(v => limit == 0 ? 0 : Math.Clamp(v / limit, -1, 1)), limit, signed, least);
    }

    private static Plane Reduce(Tensor map, ChannelReduction reduction)
    {
        var channels = MapView.Channels(map);
        return reduction switch
        {
            ChannelReduction.Sum => channels.Aggregate((a, b) => a.Zip(b, (x, y) => x + y)),
            ChannelReduction.AbsoluteSum => channels.Select(c => c.Select(Math.Abs)).Aggregate((a, b) => a.Zip(b, (x, y) => x + y)),
            ChannelReduction.MaximumMagnitude => channels.Select(c => c.Select(Math.Abs)).Aggregate((a, b) => a.Zip(b, Math.Max)),
            _ => channels.Select(c => c.Select(v => v * v)).Aggregate((a, b) => a.Zip(b, (x, y) => x + y)).Select(Math.Sqrt),
        };
    }

    /// <summary>Captum's rule: the magnitude at which the sorted magnitudes, added up, reach all but the clipped share of their total.</summary>
    private static double Threshold(double[] values, double clippedPercent)
    {
        var sorted = Array.ConvertAll(values, Math.Abs);
        Array.Sort(sorted);
        var wanted = sorted.Sum() * (100 - clippedPercent) / 100;
        var sum = 0.0;
        foreach (var value in sorted)
        {
            sum += value;
            if (sum >= wanted) return value;
        }
        return sorted[^1];
    }
}
