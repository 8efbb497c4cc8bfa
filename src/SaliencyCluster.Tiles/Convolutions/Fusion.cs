using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>What is done with the sums of a convolution before they are stored, in this order.</summary>
public sealed record Fusion
{
    /// <summary>Gets the halo of a tensor of the output's size that is added; null where none is.</summary>
    public int? ResidualHalo { get; init; }

    /// <summary>Gets whether negative sums become 0.</summary>
    public bool Relu { get; init; }

    /// <summary>Gets the halo of a tensor of the output's size; where that is not greater than 0, the result is 0. The output of a Relu,
    /// for its gradient. Null where there is none.</summary>
    public int? MaskHalo { get; init; }

    /// <summary>Gets whether results are stored as float32 <c>[N, H, W, C]</c>, channels in whole vectors, without a halo.</summary>
    public bool StoresFloats { get; init; }

    /// <summary>Gets the shape of the tensor that is added.</summary>
    internal PackedShape Residual(PackedShape output) => output with { Halo = ResidualHalo ?? 0 };

    /// <summary>Gets the shape of the mask.</summary>
    internal PackedShape Mask(PackedShape output) => output with { Halo = MaskHalo ?? 0 };
}
