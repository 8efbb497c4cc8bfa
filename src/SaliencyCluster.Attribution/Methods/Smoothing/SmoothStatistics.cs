using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Methods.Smoothing;

/// <summary>Makes mean, mean square, variance and standard error from the sums over samples.</summary>
internal static class SmoothStatistics
{
    public static Tensor Map(SmoothKind kind, RoundResult sums) => kind switch
    {
        SmoothKind.Mean => sums.Sum!,
        SmoothKind.MeanSquare => sums.SquaredSum!,
        _ => Variance(sums),
    };

    /// <summary>Mean of squares minus square of mean; what cancellation leaves below zero is zero.</summary>
    private static Tensor Variance(RoundResult sums)
    {
        var variance = Tensor.Zeros(sums.Sum!.Shape);
        TensorPrimitives.Multiply(sums.Sum.Data, sums.Sum.Data, variance.Data);
        TensorPrimitives.Subtract(sums.SquaredSum!.Data, variance.Data, variance.Data);
        TensorPrimitives.Max(variance.Data, 0f, variance.Data);
        return variance;
    }

    /// <summary>Standard error of the mean of independent samples, element by element; null for fewer than 2.</summary>
    public static Tensor? StandardError(RoundResult sums, int samples)
    {
        if (samples < 2) return null;
        var error = Variance(sums);
        TensorPrimitives.Divide(error.Data, samples - 1, error.Data);
        TensorPrimitives.Sqrt(error.Data, error.Data);
        return error;
    }
}
