namespace SaliencyCluster.Attribution.Rounds;

/// <summary>A consecutive range of a round's points that is computed as one piece of work.</summary>
/// <param name="Round">Number of the round within its run.</param>
/// <param name="Index">Number of the shard within the round: leaf of the reduction tree.</param>
/// <param name="First">Index of its first point within the round.</param>
/// <param name="Count">Number of points, at least 1.</param>
public readonly record struct ShardSpec(int Round, int Index, int First, int Count);
