using SaliencyCluster.Tiles.Convolutions;
using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Tests.Machine;

namespace SaliencyCluster.Tiles.Tests.Convolutions;

/// <summary>Convolutions against their definition in float64: in plain code, and in kernels where the processor has the instructions.
/// What lies beside a tensor may not be touched.</summary>
public sealed class ConvolutionTests
{
    private static readonly Fusion Plain = new(), Forward = new() { ResidualHalo = 1, Relu = true };
    private static readonly Fusion Back = new() { ResidualHalo = 0, MaskHalo = 2 };

    // Channels, rows, columns, outputs, kernel, stride, padding, images.
    public static TheoryData<int, int, int, int, int, int, int, int> Sizes => new()
    {
        { 16, 5, 5, 32, 1, 1, 0, 1 },
        { 16, 7, 7, 16, 3, 1, 1, 3 },
        { 32, 8, 14, 64, 3, 1, 1, 2 },
        { 20, 6, 15, 40, 3, 1, 1, 1 },
        { 3, 17, 19, 24, 7, 2, 3, 2 },
        { 3, 12, 12, 64, 3, 1, 1, 1 },
        { 1, 9, 9, 6, 5, 1, 0, 2 },
        { 32, 14, 14, 32, 3, 2, 1, 2 },
        { 32, 9, 11, 16, 1, 2, 0, 2 },
        { 16, 13, 13, 48, 5, 3, 2, 1 },
        { 64, 1, 1, 80, 1, 1, 0, 2 },
        { 16, 4, 57, 16, 3, 1, 1, 1 },
        { 16, 6, 6, 16, 2, 2, 0, 1 },
        { 16, 7, 7, 16, 2, 3, 0, 1 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void A_convolution_is_its_definition(
        int channels, int height, int width, int outputs, int kernel, int stride, int padding, int images)
    {
        var geometry = Geometry(channels, height, width, outputs, kernel, stride, padding);
        foreach (var fusion in (Fusion[])[Plain, Forward, Back]) Check(geometry, "forward", fusion, images);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void The_gradient_of_its_input_is_its_definition(
        int channels, int height, int width, int outputs, int kernel, int stride, int padding, int images)
    {
        var geometry = Geometry(channels, height, width, outputs, kernel, stride, padding);
        if (channels > 4)
            foreach (var fusion in (Fusion[])[Plain, Forward, Back]) Check(geometry, "backward", fusion, images);
        Check(geometry, "backward", new() { StoresFloats = true }, images);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Its_gradient_by_phases_is_its_definition(
        int channels, int height, int width, int outputs, int kernel, int stride, int padding, int images) =>
        Check(Geometry(channels, height, width, outputs, kernel, stride, padding), "phases", new() { StoresFloats = true }, images);

    [Fact]
    public void Tensors_of_other_sizes_are_refused_before_they_are_read()
    {
        var test = new ConvolutionCase(Geometry(16, 5, 5, 32, 3, 1, 1), "forward", Forward, 1);
        var portable = new PortableConvolution(test.Plan, Forward, 1, test.InputHalo, test.OutputHalo);
        var output = new ushort[(test.Plan.Output with { Halo = test.OutputHalo }).Elements];
        foreach (var wrong in Enumerable.Range(0, 6))
        {
            T[] Cut<T>(int index, T[] values) => index == wrong ? values[..^1] : values;
            ConvolutionOperands Given() => new()
            {
                Input = Cut(0, test.Input),
                Weights = Cut(1, test.Weights),
                Bias = Cut(2, test.Bias),
                Residual = Cut(3, test.Residual),
                Mask = wrong == 4 ? new ushort[2] : test.Mask,
            };
            var error = Assert.Throws<ArgumentException>(() => portable.Run(Given(), Cut(5, output)));
            Assert.Contains("were given", error.Message, StringComparison.Ordinal);
            if (!ProcessorSupport.HasBf16) continue;
            using var packed = new PackedConvolution(test.Plan, Forward, 1, test.InputHalo, test.OutputHalo);
            Assert.Throws<ArgumentException>(() => packed.Run(Given(), Cut(5, output)));
        }
    }

    [Fact]
    public void A_halo_that_is_too_small_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() =>
        new PortableConvolution(ConvolutionPlan.Forward(Geometry(16, 5, 5, 32, 3, 1, 1)), Plain, 1, inputHalo: 0, outputHalo: 0));

    [Fact]
    public void What_is_not_a_number_stays_none_through_a_relu()
    {
        var test = new ConvolutionCase(Geometry(16, 1, 1, 16, 1, 1, 0), "forward", new() { Relu = true }, 1);
        test.Input[test.Input.Length - 1] = 0x7fc0;
        test.Bias[3] = float.NaN;
        foreach (var results in Run(test, new() { Relu = true }, atEnd: true)) Assert.True(float.IsNaN(results[3]));
    }

    private static void Check(ConvolutionGeometry geometry, string direction, Fusion fusion, int images)
    {
        var test = new ConvolutionCase(geometry, direction, fusion, images);
        foreach (var results in Run(test, fusion, atEnd: true).Concat(Run(test, fusion, atEnd: false))) test.AssertClose(results);
    }

    private static ConvolutionGeometry Geometry(int channels, int height, int width, int outputs, int kernel, int stride, int padding)
    {
        int Steps(int size) => ((size + (2 * padding) - kernel) / stride) + 1;
        return new(channels, height, width, outputs, Steps(height), Steps(width), kernel, kernel, stride, padding, padding);
    }

    // In plain code, and on the processor where it can; both as [N,C,H,W].
    private static IEnumerable<float[]> Run(ConvolutionCase test, Fusion fusion, bool atEnd)
    {
        var portable = new PortableConvolution(test.Plan, fusion, test.Images, test.InputHalo, test.OutputHalo);
        yield return Collect(test, fusion, atEnd, portable.Run, portable.Sum);
        if (!ProcessorSupport.HasBf16) yield break;
        using var packed = new PackedConvolution(test.Plan, fusion, test.Images, test.InputHalo, test.OutputHalo);
        yield return Collect(test, fusion, atEnd, packed.Run, packed.Run);
    }

    private static float[] Collect(ConvolutionCase test, Fusion fusion, bool atEnd, RunHalves run, RunFloats sum)
    {
        var shape = test.Plan.Output with { Images = test.Images, Halo = test.OutputHalo };
        var results = new float[test.Images * shape.Channels * shape.Height * shape.Width];
        using var input = new GuardedMemory<ushort>(test.Input, atEnd);
        using var weights = new GuardedMemory<ushort>(test.Weights, atEnd);
        using var bias = new GuardedMemory<float>(test.Bias, atEnd);
        using var residual = new GuardedMemory<ushort>(test.Residual, atEnd);
        using var mask = new GuardedMemory<ushort>(test.Mask, atEnd);
        ConvolutionOperands Operands() => new()
        {
            Input = input.Span,
            Weights = weights.Span,
            Bias = bias.Span,
            Residual = residual.Span,
            Mask = mask.Span,
        };
        if (fusion.StoresFloats)
        {
            var whole = shape with { Channels = test.Plan.BiasElements };
            using var floats = new GuardedMemory<float>(Enumerable.Repeat(float.NaN, whole.Elements).ToArray(), atEnd);
            sum(Operands(), floats.Span);
            for (var i = 0; i < results.Length; i++)
            {
                var (c, p) = ((i / (shape.Height * shape.Width)) % shape.Channels, i % (shape.Height * shape.Width));
                var n = i / (shape.Height * shape.Width * shape.Channels);
                results[i] = floats.Span[(((n * shape.Height * shape.Width) + p) * whole.Channels) + c];
            }
            return results;
        }
        using var output = new GuardedMemory<ushort>(Enumerable.Repeat((ushort)0x7fc0, shape.Elements).ToArray(), atEnd);
        run(Operands(), output.Span);
        Packing.Unpack(shape, output.Span, results);
        // Halo and padded channels are zeros, and nothing was left as it was: packing the results again gives the same bytes.
        var again = new ushort[shape.Elements];
        Packing.Pack(shape, results, again);
        Assert.True(again.AsSpan().SequenceEqual(output.Span));
        return results;
    }

    private delegate void RunHalves(ConvolutionOperands operands, Span<ushort> output);

    private delegate void RunFloats(ConvolutionOperands operands, Span<float> output);
}
