using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Methods.Smoothing;

/// <summary>The sums over the samples that are finished, as one result that a run keeps.</summary>
/// <param name="Samples">Number of finished samples.</param>
/// <param name="Stored">Sum of maps; sum of squares, of pairs where samples are antithetic; the open pair's first map behind the count in the outputs.</param>
internal sealed record SampleTotals(int Samples, RoundResult Stored)
{
    public static SampleTotals None { get; } = new(0, new(null, null, [], [0]));

    /// <summary>Gets the totals that a result holds; null for the result of a round. Rounds of methods return no outputs.</summary>
    public static SampleTotals? From(RoundResult result) => result.Outputs is [var samples, ..] ? new((int)samples, result) : null;

    /// <summary>Adds the map of the next sample.</summary>
    /// <param name="map">The map.</param>
    /// <param name="pairs">2 where two samples make one independent one, whose mean is squared; else 1.</param>
    public SampleTotals Add(Tensor map, int pairs)
    {
        var (sum, squares) = (Copy(Stored.Sum, map.Shape), Copy(Stored.SquaredSum, map.Shape));
        TensorPrimitives.Add<float>(sum.Data, map.Data, sum.Data);
        float[] open = [];
        if (pairs == 1) TensorPrimitives.MultiplyAdd<float>(map.Data, map.Data, squares.Data, squares.Data);
        else if (Samples % 2 == 0) open = map.Data;
        else AddPair(Stored.Outputs.AsSpan(1), map.Data, squares.Data);
        return new(Samples + 1, new(sum, squares, [], [Samples + 1, .. open]));
    }

    /// <summary>Gets the means of maps and squares.</summary>
    public RoundResult Means()
    {
        var (mean, square) = (Copy(Stored.Sum, []), Copy(Stored.SquaredSum, []));
        TensorPrimitives.Divide(mean.Data, Samples, mean.Data);
        TensorPrimitives.Divide(square.Data, Samples, square.Data);
        return new(mean, square, [], null);
    }

    private static void AddPair(ReadOnlySpan<float> first, float[] second, float[] squares)
    {
        // Twice the squared mean, since the sum of squares is divided by single samples.
        for (var i = 0; i < squares.Length; i++) squares[i] += (first[i] + second[i]) * (first[i] + second[i]) / 2;
    }

    private static Tensor Copy(Tensor? tensor, int[] shape) => tensor is null ? Tensor.Zeros(shape) : new(tensor.Shape, [.. tensor.Data]);
}
