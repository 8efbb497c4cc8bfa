using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Evaluation.Metrics.Localization;

/// <summary>
/// Whether a map lies on the object. High values need not mean a good map: a model that looks at the background has a faithful
/// map on the background. NaN where the mask is empty or the map has no mass.
/// </summary>
public static class LocalizationMetrics
{
    /// <summary>Share of the map's mass inside the mask, in [0, 1].</summary>
    /// <remarks>Relevance mass accuracy; Arras et al., 2022, https://arxiv.org/abs/2003.07258.</remarks>
    public static double MassAccuracy(Plane map, Mask mask)
    {
        double inside = 0, all = 0;
        for (var i = 0; i < map.Values.Length; i++)
        {
            all += map.Values[i];
            if (mask.Inside[i]) inside += map.Values[i];
        }
        return mask.Count == 0 || all == 0 ? double.NaN : inside / all;
    }

    /// <summary>Share of the object's area that is among the equally many strongest pixels, in [0, 1].</summary>
    /// <remarks>Relevance rank accuracy; Arras et al., 2022. Among equal values the earlier pixel counts as stronger.</remarks>
    public static double RankAccuracy(Plane map, Mask mask)
    {
        if (mask.Count == 0) return double.NaN;
        return PixelOrder.Descending(map).Take(mask.Count).Count(i => mask.Inside[i]) / (double)mask.Count;
    }

    /// <summary>1 where the strongest pixel (any of them, where several are equal) lies on the object, else 0.</summary>
    /// <remarks>Pointing game; Zhang et al., 2016, https://arxiv.org/abs/1608.00507.</remarks>
    public static double PointingGame(Plane map, Mask mask)
    {
        if (mask.Count == 0) return double.NaN;
        var greatest = map.Values.Max();
        return map.Values.Zip(mask.Inside).Any(p => p.First == greatest && p.Second) ? 1 : 0;
    }
}
