using SaliencyCluster.Tiles.Convolutions;
using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Pooling;

namespace SaliencyCluster.Tiles.Operators;

/// <summary>The sizes of Pack, Unpack and Mean.</summary>
public sealed record PackSizes(PackedShape Packed)
{
    /// <summary>Gets the sizes as numbers.</summary>
    public long[] Numbers => Sizes.Of(Packed);

    internal static PackSizes Of(IReadOnlyList<long> numbers) => new(new Sizes(numbers, 5).Shape());
}

/// <summary>The sizes of Combine and Spread; Spread has the mask alone.</summary>
public sealed record CombineSizes(PackedShape Output, int FirstHalo, int? SecondHalo, bool Relu, int? MaskHalo)
{
    /// <summary>Gets the sizes as numbers.</summary>
    public long[] Numbers => [.. Sizes.Of(Output), FirstHalo, SecondHalo ?? -1, Relu ? 1 : 0, MaskHalo ?? -1];

    internal static CombineSizes Of(IReadOnlyList<long> numbers)
    {
        var s = new Sizes(numbers, 9);
        return new(s.Shape(), s.Next(), s.Optional(), s.Next() != 0, s.Optional());
    }
}

/// <summary>The sizes of MaxPool and MaxPoolGradient.</summary>
/// <param name="Input">The images.</param>
/// <param name="Pool">The windows.</param>
/// <param name="OutputHalo">The halo of the results or, of the gradient, of what it is given.</param>
/// <param name="GradientHalo">The halo of the gradient of the images.</param>
/// <param name="PositiveOnly">Whether windows without a positive element pass nothing back.</param>
public sealed record PoolSizes(PackedShape Input, PoolGeometry Pool, int OutputHalo, int GradientHalo, bool PositiveOnly)
{
    /// <summary>Gets the sizes as numbers.</summary>
    public long[] Numbers =>
    [
        .. Sizes.Of(Input), Pool.OutputHeight, Pool.OutputWidth, Pool.KernelHeight, Pool.KernelWidth, Pool.StrideY, Pool.StrideX, Pool.Top,
        Pool.Left, OutputHalo, GradientHalo, PositiveOnly ? 1 : 0,
    ];

    internal static PoolSizes Of(IReadOnlyList<long> numbers)
    {
        var s = new Sizes(numbers, 16);
        return new(
            s.Shape(), new(s.Next(), s.Next(), s.Next(), s.Next(), s.Next(), s.Next(), s.Next(), s.Next()),
            s.Next(), s.Next(), s.Next() != 0);
    }
}

/// <summary>The sizes of Conv and ConvToImage.</summary>
/// <param name="Geometry">The convolution; for gradients the one whose gradient it is.</param>
/// <param name="Direction">What is computed.</param>
/// <param name="Images">How many images.</param>
/// <param name="InputHalo">The halo of the input.</param>
/// <param name="OutputHalo">The halo of the result.</param>
/// <param name="Fusion">What is done with the sums.</param>
public sealed record ConvolutionSizes(
    ConvolutionGeometry Geometry, ConvolutionDirection Direction, int Images, int InputHalo, int OutputHalo, Fusion Fusion)
{
    /// <summary>Gets the plan.</summary>
    public ConvolutionPlan Plan => Direction switch
    {
        ConvolutionDirection.Forward => ConvolutionPlan.Forward(Geometry),
        ConvolutionDirection.Backward => ConvolutionPlan.Backward(Geometry),
        _ => ConvolutionPlan.BackwardByPhases(Geometry),
    };

    /// <summary>Gets the sizes as numbers.</summary>
    public long[] Numbers =>
    [
        Geometry.Channels, Geometry.Height, Geometry.Width, Geometry.Outputs, Geometry.OutputHeight, Geometry.OutputWidth,
        Geometry.KernelHeight, Geometry.KernelWidth, Geometry.Stride, Geometry.Top, Geometry.Left,
        (int)Direction, Images, InputHalo, OutputHalo,
        Fusion.ResidualHalo ?? -1, Fusion.Relu ? 1 : 0, Fusion.MaskHalo ?? -1, Fusion.StoresFloats ? 1 : 0,
    ];

    internal static ConvolutionSizes Of(IReadOnlyList<long> numbers)
    {
        var s = new Sizes(numbers, 19);
        var geometry = new ConvolutionGeometry(
            s.Next(), s.Next(), s.Next(), s.Next(), s.Next(), s.Next(), s.Next(), s.Next(), s.Next(), s.Next(), s.Next());
        int[] positive =
        [
            geometry.Channels, geometry.Height, geometry.Width, geometry.Outputs, geometry.OutputHeight, geometry.OutputWidth,
            geometry.KernelHeight, geometry.KernelWidth, geometry.Stride,
        ];
        if (positive.Any(n => n < 1)) throw new ArgumentException($"{geometry} is no convolution.");
        return new(geometry, (ConvolutionDirection)s.Next(), s.Next(), s.Next(), s.Next(), new()
        {
            ResidualHalo = s.Optional(), Relu = s.Next() != 0, MaskHalo = s.Optional(), StoresFloats = s.Next() != 0,
        });
    }
}

/// <summary>What of a convolution is computed.</summary>
public enum ConvolutionDirection
{
    /// <summary>The convolution.</summary>
    Forward,

    /// <summary>The gradient of its input.</summary>
    Backward,

    /// <summary>The gradient of its input, where that has few channels.</summary>
    ByPhases,
}

// Reads numbers one by one.
internal sealed class Sizes
{
    // Far above what a tensor of a graph has, and low enough that sums of a few do not overflow.
    private const long Most = 1 << 28;
    private readonly IReadOnlyList<long> _numbers;
    private int _next;

    public Sizes(IReadOnlyList<long> numbers, int count)
    {
        if (numbers.Count != count) throw new ArgumentException($"{count} sizes are needed; {numbers.Count} were given.");
        _numbers = numbers;
    }

    public static long[] Of(PackedShape shape) => [shape.Images, shape.Channels, shape.Height, shape.Width, shape.Halo];

    public int Next()
    {
        var number = _numbers[_next++];
        return Math.Abs(number) <= Most ? (int)number : throw new ArgumentException($"{number} is no size.");
    }

    public int? Optional()
    {
        var number = Next();
        return number >= 0 ? number : null;
    }

    public PackedShape Shape()
    {
        var shape = new PackedShape(Next(), Next(), Next(), Next(), Next());
        return shape is { Images: > 0, Channels: > 0, Height: > 0, Width: > 0, Halo: >= 0 }
            ? shape : throw new ArgumentException($"{shape} is no shape.");
    }
}
