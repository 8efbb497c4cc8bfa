using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Machine;

namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>A convolution on AVX512_BF16: code made for its sizes, run on the calling thread. Any number of threads may run it.</summary>
public sealed unsafe class PackedConvolution : IDisposable
{
    // Half of a second-level cache of 1 MB: the other half is for weights and results.
    private const int ChunkBytes = 512 << 10;

    private readonly ConvolutionShapes _shapes;
    private readonly BlockList[] _passes;
    private readonly CodeMemory _code;

    /// <summary>Makes the code.</summary>
    /// <param name="plan">What is computed.</param>
    /// <param name="fusion">What is done with the sums.</param>
    /// <param name="images">How many images there are.</param>
    /// <param name="inputHalo">The halo of the input, at least <see cref="ConvolutionPlan.Reach"/>.</param>
    /// <param name="outputHalo">The halo of the output, which is written too.</param>
    /// <exception cref="PlatformNotSupportedException">The processor has no such instructions: <see cref="ProcessorSupport"/>.</exception>
    public PackedConvolution(ConvolutionPlan plan, Fusion fusion, int images, int inputHalo, int outputHalo)
    {
        if (ProcessorSupport.Missing is { } missing) throw new PlatformNotSupportedException($"bf16 cannot be multiplied here: {missing}.");
        _shapes = new(plan, fusion, images, inputHalo, outputHalo);
        var code = new Assembler();
        _passes = [.. plan.Passes.Select(pass => new BlockList(_shapes, pass, code))];
        _code = new(code.ToArray());
    }

    /// <summary>Gets the shape of the input.</summary>
    public PackedShape Input => _shapes.Input;

    /// <summary>Gets the shape of the output; where floats are stored, their layout too.</summary>
    public PackedShape Output => _shapes.Output;

    /// <summary>Computes the convolution; results are bf16.</summary>
    /// <exception cref="ArgumentException">A span has another length than was planned.</exception>
    public void Run(ConvolutionOperands operands, Span<ushort> output)
    {
        if (_shapes.Fusion.StoresFloats) throw new InvalidOperationException("This convolution stores float32.");
        _shapes.Check(operands, output.Length);
        for (var n = 0; n < Output.Images; n++) Output.ClearHalo(output.Slice(n * Output.ImageElements, Output.ImageElements));
        fixed (ushort* to = output) Run(operands, to);
    }

    /// <summary>Computes the convolution; results are float32.</summary>
    /// <exception cref="ArgumentException">A span has another length than was planned.</exception>
    public void Run(ConvolutionOperands operands, Span<float> output)
    {
        if (!_shapes.Fusion.StoresFloats) throw new InvalidOperationException("This convolution stores bf16.");
        _shapes.Check(operands, output.Length);
        fixed (float* to = output) Run(operands, to);
    }

    /// <inheritdoc/>
    public void Dispose() => _code.Dispose();

    private void Run(ConvolutionOperands operands, void* output)
    {
        var held = false;
        try
        {
            // Not freed while it runs, whoever disposes it meanwhile.
            _code.DangerousAddRef(ref held);
            fixed (ushort* x = operands.Input, w = operands.Weights, r = operands.Residual, m = operands.Mask)
            fixed (float* b = operands.Bias)
            {
                var at = w;
                for (var p = 0; p < _passes.Length; p++)
                {
                    var pass = _shapes.Plan.Passes[p];
                    Run(_passes[p], pass, new() { Input = x, Weights = at, Bias = b, Output = output, Residual = r, Mask = m });
                    at += _shapes.Plan.PassElements(pass);
                }
            }
        }
        finally
        {
            if (held) _code.DangerousRelease();
        }
    }

    // As many blocks as the cache holds the input of meet all weights before the next ones are read.
    private void Run(BlockList list, ConvolutionPass pass, BlockKernel.Arguments bases)
    {
        var blocks = list.Blocks;
        var total = blocks.Length * Input.Images;
        var chunk = (int)Math.Clamp((long)ChunkBytes * blocks.Length / (Input.ImageElements * 2L), 1, total);
        var scale = _shapes.Fusion.StoresFloats ? 4 : 2;
        const int Channels = ConvolutionPlan.BlockVectors * PackedShape.Lanes;
        for (var from = 0; from < total; from += chunk)
            for (var channel = 0; channel < _shapes.Plan.BiasElements; channel += Channels)
            {
                var isWhole = channel + Channels <= _shapes.Plan.BiasElements;
                var weights = bases.Weights + _shapes.Plan.BlockOffset(pass, channel / Channels);
                for (var i = from; i < Math.Min(total, from + chunk); i++)
                {
                    var (n, index) = Math.DivRem(i, blocks.Length);
                    ref readonly var block = ref blocks[index];
                    var arguments = new BlockKernel.Arguments
                    {
                        Input = bases.Input + ((long)n * Input.ImageElements) + block.First.Input,
                        Weights = weights,
                        Bias = bases.Bias + channel,
                        Output = (byte*)bases.Output + ((((long)n * Output.ImageElements) + block.First.Output + channel) * scale),
                        Residual = bases.Residual + ((long)n * _shapes.Residual.ImageElements) + block.First.Residual + channel,
                        Mask = bases.Mask + ((long)n * _shapes.Mask.ImageElements) + block.First.Mask + channel,
                    };
                    // A block takes a few microseconds: a garbage collection may wait for it.
                    var code = _code.At(isWhole ? block.Whole : block.Half);
                    ((delegate* unmanaged[SuppressGCTransition]<BlockKernel.Arguments*, void>)code)(&arguments);
                }
            }
    }
}
