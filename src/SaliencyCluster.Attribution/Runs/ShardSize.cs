using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Fits the request's shard size to a round.</summary>
internal static class ShardSize
{
    // A shard that returns every map must stay well under what one message may hold.
    private const int MaxReturnedElements = 1 << 20;

    public static int Of(Round round, ResolvedRequest request)
    {
        var size = request.ShardPoints;
        // Samples are squared where they are summed, so they must not be cut.
        if (round.Squares && round.PointsPerSample > 1) size = Math.Max(1, size / round.PointsPerSample) * round.PointsPerSample;
        if (round.Reduction == PointReduction.Each && round.Map != PointMap.None)
        {
            var elements = (int)request.Model.ImageShape.Aggregate(1L, (n, d) => n * (d < 0 ? 224 : d));
            size = Math.Min(size, Math.Max(1, MaxReturnedElements / elements));
        }
        return size;
    }
}
