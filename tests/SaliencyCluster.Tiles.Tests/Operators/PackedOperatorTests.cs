using SaliencyCluster.Tiles.Convolutions;
using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Operators;

namespace SaliencyCluster.Tiles.Tests.Operators;

public sealed class PackedOperatorTests
{
    private static readonly PackedShape Shape = new(2, 16, 4, 4, 1);

    public static TheoryData<string, long[]> Sizes => new()
    {
        { "Pack", new PackSizes(Shape).Numbers },
        { "Unpack", new PackSizes(Shape).Numbers },
        { "Mean", new PackSizes(Shape).Numbers },
        { "Spread", new CombineSizes(Shape, 0, null, false, 1).Numbers },
        { "Combine", new CombineSizes(Shape, 1, 2, true, null).Numbers },
        { "MaxPool", new PoolSizes(Shape, new(2, 2, 2, 2, 2, 2, 0, 0), 1, 0, false).Numbers },
        { "MaxPoolGradient", new PoolSizes(Shape, new(2, 2, 2, 2, 2, 2, 0, 0), 1, 2, true).Numbers },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void An_operator_is_made_of_the_numbers_of_its_sizes_and_refuses_tensors_of_others(string name, long[] numbers)
    {
        using var kernel = Make(name, numbers);
        Assert.True(kernel.OutputShape.Aggregate(1L, (a, b) => a * b) > 0);
        Assert.Throws<ArgumentException>(() => kernel.Run(new([], default)));
        Assert.Throws<ArgumentException>(() => Make(name, numbers[1..]));
        Assert.Throws<ArgumentException>(() => Make(name, [long.MaxValue, .. numbers[1..]]));
    }

    [Fact]
    public void A_convolution_is_made_of_the_numbers_of_its_sizes_where_the_processor_can()
    {
        var sizes = new ConvolutionSizes(
            new(3, 8, 8, 16, 4, 4, 3, 3, 2, 1, 1), ConvolutionDirection.Forward, 2, 1, 1, new() { Relu = true, MaskHalo = 2 });
        var phases = sizes with { Direction = ConvolutionDirection.ByPhases, OutputHalo = 0, Fusion = new() { StoresFloats = true } };
        if (!ProcessorSupport.HasBf16)
        {
            Assert.Throws<PlatformNotSupportedException>(() => Make("Conv", sizes.Numbers));
            return;
        }
        using var kernel = Make("Conv", sizes.Numbers);
        Assert.Equal([2 * 6 * 6 * 16], kernel.OutputShape);
        using var image = Make("ConvToImage", phases.Numbers);
        Assert.Equal([2, 3, 8, 8], image.OutputShape);
        Assert.Throws<ArgumentException>(() => image.Run(new([], default)));
        Assert.Throws<ArgumentException>(() => Make("Conv", [0, .. sizes.Numbers[1..]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make("Conv", (sizes with { InputHalo = 0 }).Numbers));
    }

    private static PackedKernel Make(string name, long[] numbers) => PackedOperator.All.Single(o => o.Name == name).Make(numbers);
}
