using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Reduction;

/// <summary>Combines two neighbouring partials; the only place where sums of different shards are added.</summary>
public static class PartialMerge
{
    /// <summary>Combines siblings into their parent, so that a device may send one partial for several shards.</summary>
    /// <param name="left">Node <c>(level, 2i)</c>.</param>
    /// <param name="right">Node <c>(level, 2i + 1)</c>.</param>
    /// <param name="reduction">The round's reduction.</param>
    /// <returns>Node <c>(level + 1, i)</c>; the arguments are left as they were.</returns>
    public static Partial Siblings(Partial left, Partial right, PointReduction reduction)
    {
        if (left.Round != right.Round || left.Level != right.Level || left.Index % 2 != 0 || right.Index != left.Index + 1)
            throw new ArgumentException(
                $"({left.Level},{left.Index}) of round {left.Round} and ({right.Level},{right.Index}) of round {right.Round} are not siblings.");
        return Neighbours(left, right, reduction) with { Level = left.Level + 1, Index = left.Index / 2 };
    }

    /// <summary>Combines two partials that follow each other, whatever their levels; keeps the left one's place.</summary>
    internal static Partial Neighbours(Partial left, Partial right, PointReduction reduction) => left with
    {
        Sum = reduction == PointReduction.Each ? Join(left.Sum, right.Sum) : Add(left.Sum, right.Sum),
        SquaredSum = Add(left.SquaredSum, right.SquaredSum),
        Scores = [.. left.Scores, .. right.Scores],
        Outputs = left.Outputs is null || right.Outputs is null ? null : [.. left.Outputs, .. right.Outputs],
    };

    private static Tensor? Add(Tensor? left, Tensor? right)
    {
        if (left is null || right is null) return null;
        var sum = Tensor.Zeros(left.Shape);
        TensorPrimitives.Add(left.Data, right.Data, sum.Data);
        return sum;
    }

    private static Tensor? Join(Tensor? left, Tensor? right) => left is null || right is null
        ? null
        : new Tensor([left.Shape[0] + right.Shape[0], .. left.Shape[1..]], [.. left.Data, .. right.Data]);
}
