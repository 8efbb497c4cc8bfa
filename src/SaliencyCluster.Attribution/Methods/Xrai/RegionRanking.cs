namespace SaliencyCluster.Attribution.Methods.Xrai;

/// <summary>Covers an image with segments, the one of the greatest mean attribution first; what a segment adds gets its mean.</summary>
/// <remarks>Kapishnikov et al., 2019, https://arxiv.org/abs/1906.02825, algorithm 1 as in PAIR's implementation.</remarks>
internal sealed class RegionRanking
{
    private readonly double[] _attribution;
    private readonly IReadOnlyList<int[]> _segments;
    private readonly List<int>[] _segmentsOf;
    private readonly int[] _left;
    private readonly double[] _sum;
    private readonly bool[] _covered;

    private RegionRanking(double[] attribution, IReadOnlyList<int[]> segments)
    {
        (_attribution, _segments) = (attribution, segments);
        (_covered, _left, _sum) = (new bool[attribution.Length], new int[segments.Count], new double[segments.Count]);
        _segmentsOf = [.. Enumerable.Range(0, attribution.Length).Select(_ => new List<int>())];
        for (var s = 0; s < segments.Count; s++)
            foreach (var pixel in segments[s])
            {
                _segmentsOf[pixel].Add(s);
                (_left[s], _sum[s]) = (_left[s] + 1, _sum[s] + attribution[pixel]);
            }
    }

    /// <summary>Gets the region value of every pixel.</summary>
    /// <param name="attribution">Attribution of each pixel.</param>
    /// <param name="segments">Pixels of each segment; they may overlap.</param>
    /// <param name="leastPixels">A segment that would add fewer pixels is passed over.</param>
    public static float[] Rank(double[] attribution, IReadOnlyList<int[]> segments, int leastPixels)
    {
        var ranking = new RegionRanking(attribution, segments);
        var values = new float[attribution.Length];
        while (ranking.Best(leastPixels) is { } best) ranking.Cover(segments[best], ranking._sum[best] / ranking._left[best], values);
        var rest = Enumerable.Range(0, values.Length).Where(p => !ranking._covered[p]).ToArray();
        if (rest.Length > 0) ranking.Cover(rest, rest.Average(p => attribution[p]), values);
        return values;
    }

    private int? Best(int leastPixels)
    {
        int? best = null;
        for (var s = 0; s < _segments.Count; s++)
            if (_left[s] >= leastPixels && (best is not { } b || _sum[s] / _left[s] > _sum[b] / _left[b])) best = s;
        return best;
    }

    private void Cover(int[] pixels, double value, float[] values)
    {
        foreach (var pixel in pixels)
        {
            if (_covered[pixel]) continue;
            (_covered[pixel], values[pixel]) = (true, (float)value);
            foreach (var s in _segmentsOf[pixel]) (_left[s], _sum[s]) = (_left[s] - 1, _sum[s] - _attribution[pixel]);
        }
    }
}
