using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Quadrature;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Methods.Paths;

/// <summary>Integrated gradients that stop when refining no longer changes the map: decided on complete levels only.</summary>
internal static class NestedRefinement
{
    /// <summary>Gets the level to evaluate next, or null when the tolerance or the greatest number of steps is reached.</summary>
    public static int? NextLevel(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        if (Error(context, done) <= context.Options.Tolerance) return null;
        return NestedMidpoint.Size(done.Count) <= context.Options.Steps ? done.Count : null;
    }

    /// <summary>Gets the sum over the points of all levels so far.</summary>
    public static Tensor Sum(IReadOnlyList<RoundResult> done, int levels)
    {
        var sum = Tensor.Zeros(done[0].Sum!.Shape);
        for (var level = 0; level < levels; level++)
        {
            // A point that was there before weighs a third of what it did.
            TensorPrimitives.Divide(sum.Data, 3f, sum.Data);
            TensorPrimitives.Add<float>(sum.Data, done[level].Sum!.Data, sum.Data);
        }
        return sum;
    }

    /// <summary>Estimates the relative error of the map; null before there are two levels to compare.</summary>
    public static double? Error(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        if (done.Count < 2) return null;
        var fine = IntegratedGradients.TimesDifference(context, Sum(done, done.Count));
        var coarse = IntegratedGradients.TimesDifference(context, Sum(done, done.Count - 1));
        TensorPrimitives.Subtract(fine.Data, coarse.Data, coarse.Data);
        // A map of zeros that did not change is exact.
        return TensorPrimitives.Norm<float>(coarse.Data) == 0 ? 0
            : MapArithmetic.Relative(coarse, fine) is { } change ? NestedMidpoint.ErrorOfChange(change) : null;
    }
}
