namespace SaliencyCluster.Attribution.Rounds;

/// <summary>
/// The sum over an aligned range of shards of one round: node <c>(Level, Index)</c> of the reduction tree covers shards
/// <c>Index * 2^Level</c> up to but not including <c>(Index + 1) * 2^Level</c>. A single shard is level 0.
/// </summary>
/// <param name="Round">Round of the run.</param>
/// <param name="Level">Level in the reduction tree.</param>
/// <param name="Index">Index within the level.</param>
/// <param name="Sum">Weighted sum of maps; null for forward-only rounds.</param>
/// <param name="SquaredSum">Weighted sum of squares, where the round asks.</param>
/// <param name="Scores">Scores of the covered points in order.</param>
/// <param name="Outputs">Outputs of the covered points in order, where the round asks.</param>
public sealed record Partial(int Round, int Level, int Index, Tensor? Sum, Tensor? SquaredSum, float[] Scores, float[]? Outputs)
{
    /// <summary>Gets the shape of one point's output, where outputs are given; null from a worker of 0.1, which does not say.</summary>
    public IReadOnlyList<long>? OutputShape { get; init; }
}
