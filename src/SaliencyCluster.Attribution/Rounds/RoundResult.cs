namespace SaliencyCluster.Attribution.Rounds;

/// <summary>What a complete round gave.</summary>
/// <param name="Sum">Weighted sum of the maps; null where the round had none.</param>
/// <param name="SquaredSum">Weighted sum of squares, where asked.</param>
/// <param name="Scores">The score of every point, by point index.</param>
/// <param name="Outputs">The whole outputs of every point one after another, where asked.</param>
public sealed record RoundResult(Tensor? Sum, Tensor? SquaredSum, float[] Scores, float[]? Outputs)
{
    /// <summary>Gets the shape of one point's output, where outputs are given.</summary>
    public IReadOnlyList<long>? OutputShape { get; init; }
}
