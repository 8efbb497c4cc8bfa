namespace SaliencyCluster.Tiles.Operators;

/// <summary>
/// An operator on packed tensors as it stands in a graph: a name, and sizes as the numbers of one attribute. Who writes graphs and who runs
/// them share this table.
/// </summary>
/// <param name="Name">The operator's name.</param>
/// <param name="Inputs">The inputs.</param>
/// <param name="ReturnsFloats">Whether the result is float32.</param>
/// <param name="Make">Makes the kernel of the numbers.</param>
public sealed record PackedOperator(
    string Name, IReadOnlyList<PackedInput> Inputs, bool ReturnsFloats, Func<IReadOnlyList<long>, PackedKernel> Make)
{
    /// <summary>The domain of the operators.</summary>
    public const string Domain = "saliency.packed";

    /// <summary>The attribute that holds the numbers.</summary>
    public const string Attribute = "sizes";

    /// <summary>Gets all operators.</summary>
    public static IReadOnlyList<PackedOperator> All { get; } =
    [
        new("Pack", [PackedInput.Float], false, n => new PackKernel(PackSizes.Of(n))),
        new("Unpack", [PackedInput.Half], true, n => new UnpackKernel(PackSizes.Of(n))),
        new("Conv", Convolution(), false, n => new ConvolutionKernel(ConvolutionSizes.Of(n))),
        new("ConvToImage", Convolution(), true, n => new ImageConvolutionKernel(ConvolutionSizes.Of(n))),
        new("Combine", [PackedInput.Half, PackedInput.OptionalHalf, PackedInput.OptionalHalf], false,
            n => new CombineKernel(CombineSizes.Of(n))),
        new("MaxPool", [PackedInput.Half], false, n => new MaxPoolKernel(PoolSizes.Of(n))),
        new("MaxPoolGradient", [PackedInput.Half, PackedInput.Half], false, n => new MaxPoolGradientKernel(PoolSizes.Of(n))),
        new("Mean", [PackedInput.Half], true, n => new MeanKernel(PackSizes.Of(n))),
        new("Spread", [PackedInput.Float, PackedInput.OptionalHalf], false, n => new SpreadKernel(CombineSizes.Of(n))),
    ];

    private static PackedInput[] Convolution() =>
        [PackedInput.Half, PackedInput.Half, PackedInput.Float, PackedInput.OptionalHalf, PackedInput.OptionalHalf];
}

/// <summary>What an input of an operator is.</summary>
/// <param name="IsFloat">Whether it is float32; otherwise packed.</param>
/// <param name="IsOptional">Whether it may be absent.</param>
public sealed record PackedInput(bool IsFloat, bool IsOptional)
{
    /// <summary>A float32 tensor.</summary>
    public static readonly PackedInput Float = new(true, false);

    /// <summary>A packed tensor.</summary>
    public static readonly PackedInput Half = new(false, false);

    /// <summary>A packed tensor that may be absent.</summary>
    public static readonly PackedInput OptionalHalf = new(false, true);
}
