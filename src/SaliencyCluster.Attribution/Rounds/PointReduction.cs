namespace SaliencyCluster.Attribution.Rounds;

/// <summary>How the maps of a round's points become its sum.</summary>
public enum PointReduction
{
    /// <summary>Sum of weight times map, on the device.</summary>
    WeightedSum,

    /// <summary>Sum of weight times squared map, each map first divided by its Euclidean norm; on the host (IDGI).</summary>
    NormalizedSquares,

    /// <summary>The maps themselves, unweighted, one after another: the sum has shape <c>[points, ...map]</c>. Costs memory; for methods that decide weights later.</summary>
    Each,
}
