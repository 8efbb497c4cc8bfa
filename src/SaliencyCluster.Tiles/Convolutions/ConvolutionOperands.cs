namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>What a convolution reads. Lengths are those of the plan; empty where it has none.</summary>
public readonly ref struct ConvolutionOperands
{
    /// <summary>Gets the packed images.</summary>
    public ReadOnlySpan<ushort> Input { get; init; }

    /// <summary>Gets the packed weights.</summary>
    public ReadOnlySpan<ushort> Weights { get; init; }

    /// <summary>Gets what sums begin with, of each output channel.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>Gets the packed tensor that is added.</summary>
    public ReadOnlySpan<ushort> Residual { get; init; }

    /// <summary>Gets the packed tensor that results are masked with.</summary>
    public ReadOnlySpan<ushort> Mask { get; init; }
}
