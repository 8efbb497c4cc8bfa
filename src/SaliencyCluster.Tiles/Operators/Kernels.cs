using System.Buffers;
using SaliencyCluster.Tiles.Convolutions;
using SaliencyCluster.Tiles.Elementwise;
using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Pooling;

namespace SaliencyCluster.Tiles.Operators;

internal sealed class PackKernel(PackSizes sizes) : PackedKernel
{
    public override IReadOnlyList<long> OutputShape { get; } = [sizes.Packed.Elements];

    public override void Run(KernelTensors tensors) => Packing.Pack(sizes.Packed, tensors.Floats(0), tensors.OutputHalves);
}

internal sealed class UnpackKernel(PackSizes sizes) : PackedKernel
{
    public override IReadOnlyList<long> OutputShape { get; } =
        [sizes.Packed.Images, sizes.Packed.Channels, sizes.Packed.Height, sizes.Packed.Width];

    public override void Run(KernelTensors tensors) => Packing.Unpack(sizes.Packed, tensors.Halves(0), tensors.OutputFloats);
}

internal sealed class MeanKernel(PackSizes sizes) : PackedKernel
{
    public override IReadOnlyList<long> OutputShape { get; } = [sizes.Packed.Images, sizes.Packed.Channels, 1, 1];

    public override void Run(KernelTensors tensors) => MeanPool.Run(sizes.Packed, tensors.Halves(0), tensors.OutputFloats);
}

internal sealed class SpreadKernel(CombineSizes sizes) : PackedKernel
{
    public override IReadOnlyList<long> OutputShape { get; } = [sizes.Output.Elements];

    public override void Run(KernelTensors tensors) =>
        MeanPool.Spread(sizes.Output, tensors.Floats(0), tensors.Halves(1), sizes.MaskHalo, tensors.OutputHalves);
}

internal sealed class CombineKernel(CombineSizes sizes) : PackedKernel
{
    private readonly Combination _combination = new(sizes.Output, sizes.FirstHalo, sizes.SecondHalo, sizes.Relu, sizes.MaskHalo);

    public override IReadOnlyList<long> OutputShape { get; } = [sizes.Output.Elements];

    public override void Run(KernelTensors tensors) =>
        _combination.Run(tensors.Halves(0), tensors.Halves(1), tensors.Halves(2), tensors.OutputHalves);
}

internal sealed class MaxPoolKernel : PackedKernel
{
    private readonly MaxPool _pool;

    public MaxPoolKernel(PoolSizes sizes)
    {
        _pool = new(sizes.Pool, sizes.Input, sizes.OutputHalo);
        OutputShape = [_pool.Output.Elements];
    }

    public override IReadOnlyList<long> OutputShape { get; }

    public override void Run(KernelTensors tensors) => _pool.Run(tensors.Halves(0), tensors.OutputHalves);
}

internal sealed class MaxPoolGradientKernel(PoolSizes sizes) : PackedKernel
{
    private readonly MaxPool _pool = new(sizes.Pool, sizes.Input, sizes.OutputHalo);

    public override IReadOnlyList<long> OutputShape { get; } = [(sizes.Input with { Halo = sizes.GradientHalo }).Elements];

    public override void Run(KernelTensors tensors) =>
        _pool.Backward(tensors.Halves(0), tensors.Halves(1), sizes.PositiveOnly, tensors.OutputHalves, sizes.GradientHalo);
}

internal sealed class ConvolutionKernel : PackedKernel
{
    private readonly PackedConvolution _convolution;

    public ConvolutionKernel(ConvolutionSizes sizes)
    {
        _convolution = new(sizes.Plan, sizes.Fusion, sizes.Images, sizes.InputHalo, sizes.OutputHalo);
        OutputShape = [_convolution.Output.Elements];
    }

    public override IReadOnlyList<long> OutputShape { get; }

    public override void Run(KernelTensors tensors) => _convolution.Run(Operands(tensors), tensors.OutputHalves);

    internal static ConvolutionOperands Operands(KernelTensors tensors) => new()
    {
        Input = tensors.Halves(0),
        Weights = tensors.Halves(1),
        Bias = tensors.Floats(2),
        Residual = tensors.Halves(3),
        Mask = tensors.Halves(4),
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing) _convolution.Dispose();
    }
}

/// <summary>A convolution whose few channels are wanted as float32 [N,C,H,W], its phases put in their places.</summary>
internal sealed class ImageConvolutionKernel : PackedKernel
{
    private readonly PackedConvolution _convolution;
    private readonly int _channels, _height, _width, _phases;

    public ImageConvolutionKernel(ConvolutionSizes sizes)
    {
        var g = sizes.Geometry;
        var isForward = sizes.Direction == ConvolutionDirection.Forward;
        (_channels, _height, _width) = isForward ? (g.Outputs, g.OutputHeight, g.OutputWidth) : (g.Channels, g.Height, g.Width);
        _phases = isForward ? 1 : g.Stride;
        _convolution = new(sizes.Plan, sizes.Fusion, 1, sizes.InputHalo, 0);
        (Images, OutputShape) = (sizes.Images, [sizes.Images, _channels, _height, _width]);
    }

    public override IReadOnlyList<long> OutputShape { get; }

    private int Images { get; }

    public override void Run(KernelTensors tensors)
    {
        var operands = ConvolutionKernel.Operands(tensors);
        var output = tensors.OutputFloats;
        Lengths.Check("input", operands.Input.Length, (long)Images * _convolution.Input.Elements);
        Lengths.Check("output", output.Length, (long)Images * _channels * _height * _width);
        var elements = _convolution.Output.Elements;
        var sums = ArrayPool<float>.Shared.Rent(elements);
        for (var n = 0; n < Images; n++)
        {
            var image = operands.Input.Slice(n * _convolution.Input.Elements, _convolution.Input.Elements);
            _convolution.Run(new() { Input = image, Weights = operands.Weights, Bias = operands.Bias }, sums.AsSpan(0, elements));
            for (var c = 0; c < _channels; c++) Unfold(sums, c, output.Slice(((n * _channels) + c) * _height * _width, _height * _width));
        }
        ArrayPool<float>.Shared.Return(sums);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _convolution.Dispose();
    }

    private void Unfold(ReadOnlySpan<float> sums, int channel, Span<float> plane)
    {
        var shape = _convolution.Output;
        for (var y = 0; y < _height; y++)
            for (var phase = 0; phase < Math.Min(_phases, _width); phase++)
            {
                var from = shape.Offset(y / _phases, 0) + ((((y % _phases) * _phases) + phase) * _channels) + channel;
                for (var x = phase; x < _width; x += _phases, from += shape.PaddedChannels) plane[(y * _width) + x] = sums[from];
            }
    }
}
