namespace SaliencyCluster.Autodiff;

/// <summary>What evaluating a model at one image takes, from its static shapes alone. Numbers without a 64-bit value are <see cref="long.MaxValue"/>.</summary>
/// <param name="ForwardPeakBytes">The most memory of a forward pass: weights and the tensors that are alive at the same time.</param>
/// <param name="ForwardOperations">About how many operations a forward pass takes; of convolutions and products the multiply-adds.</param>
/// <param name="GradientPeakBytes">The most memory of a gradient; 0 where the model has none.</param>
/// <param name="GradientOperations">About how many operations a gradient takes; 0 where the model has none.</param>
public sealed record ModelCost(long ForwardPeakBytes, long ForwardOperations, long GradientPeakBytes, long GradientOperations)
{
    /// <summary>Gets the most memory of either.</summary>
    public long PeakBytes => Math.Max(ForwardPeakBytes, GradientPeakBytes);

    /// <summary>Gets the operations of the longer one.</summary>
    public long Operations => Math.Max(ForwardOperations, GradientOperations);
}
