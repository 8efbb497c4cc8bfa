using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>
/// A convolution, or the gradient of its input, as passes of windows over the packed layout. The gradient of a strided convolution is one
/// small convolution of the output's gradient for each phase of the stride, written between each other.
/// </summary>
public sealed class ConvolutionPlan
{
    /// <summary>How many vectors of output channels a block of weights holds; the last block holds one where their number is odd.</summary>
    internal const int BlockVectors = 2;

    private ConvolutionPlan(PackedShape input, PackedShape output, IReadOnlyList<ConvolutionPass> passes, int weights)
    {
        (Input, Output, Passes, UnpackedWeights) = (input, output, passes, weights);
        Reach = passes.Max(p => p.Reach(input.Height, input.Width));
    }

    /// <summary>Gets channels, rows and columns of one image of the input; without a halo.</summary>
    public PackedShape Input { get; }

    /// <summary>Gets channels, rows and columns of one image of the output; without a halo.</summary>
    public PackedShape Output { get; }

    /// <summary>Gets the halo that the input needs at least.</summary>
    public int Reach { get; }

    /// <summary>Gets the elements of the packed weights.</summary>
    public int WeightElements => Passes.Sum(PassElements);

    /// <summary>Gets how many bias terms there are, those of padded channels among them.</summary>
    public int BiasElements => Vectors * PackedShape.Lanes;

    internal IReadOnlyList<ConvolutionPass> Passes { get; }

    internal int Vectors => (Output.Channels + PackedShape.Lanes - 1) / PackedShape.Lanes;

    private int UnpackedWeights { get; }

    /// <summary>Plans a convolution with weights <c>[outputs, channels, rows, columns]</c>.</summary>
    public static ConvolutionPlan Forward(ConvolutionGeometry g) => new(
        new(1, g.Channels, g.Height, g.Width, 0), new(1, g.Outputs, g.OutputHeight, g.OutputWidth, 0),
        [
            new()
            {
                Rows = g.KernelHeight,
                Columns = g.KernelWidth,
                InputY = -g.Top,
                InputX = -g.Left,
                InputStep = g.Stride,
                Height = g.OutputHeight,
                Width = g.OutputWidth,
                Weight = (o, i, t, u) => (((((o * g.Channels) + i) * g.KernelHeight) + t) * g.KernelWidth) + u,
            },
        ],
        checked(g.Outputs * g.Channels * g.KernelHeight * g.KernelWidth));

    /// <summary>Plans the gradient of a convolution's input, from that of its output and the weights of the convolution.</summary>
    public static ConvolutionPlan Backward(ConvolutionGeometry g) => new(
        new(1, g.Outputs, g.OutputHeight, g.OutputWidth, 0), new(1, g.Channels, g.Height, g.Width, 0),
        [
            .. from y in Phase.All(g.Stride, g.Top, g.KernelHeight, g.Height)
               from x in Phase.All(g.Stride, g.Left, g.KernelWidth, g.Width)
               select new ConvolutionPass
               {
                   Rows = x.Taps == 0 ? 0 : y.Taps,
                   Columns = y.Taps == 0 ? 0 : x.Taps,
                   InputY = y.From,
                   InputX = x.From,
                   OutputY = y.Index,
                   OutputX = x.Index,
                   OutputStep = g.Stride,
                   Height = y.Size,
                   Width = x.Size,
                   Weight = (o, i, t, u) => (((((i * g.Channels) + o) * g.KernelHeight) + y.Tap(t)) * g.KernelWidth) + x.Tap(u),
               },
        ],
        checked(g.Outputs * g.Channels * g.KernelHeight * g.KernelWidth));

    /// <summary>
    /// Plans the gradient of a convolution's input with the phases side by side as channels, for inputs of few channels, whose vectors
    /// would hold padding mostly. Channel <c>(py * stride + px) * channels + c</c> at <c>[y, x]</c> is channel c of the gradient at
    /// <c>[y * stride + py, x * stride + px]</c>.
    /// </summary>
    public static ConvolutionPlan BackwardByPhases(ConvolutionGeometry g)
    {
        var rows = Phase.All(g.Stride, g.Top, g.KernelHeight, g.Height).ToArray();
        var columns = Phase.All(g.Stride, g.Left, g.KernelWidth, g.Width).ToArray();
        var (top, left) = (rows.Min(p => p.From), columns.Min(p => p.From));
        var pass = new ConvolutionPass
        {
            Rows = rows.Max(p => p.From + p.Taps) - top,
            Columns = columns.Max(p => p.From + p.Taps) - left,
            InputY = top,
            InputX = left,
            Height = rows.Max(p => p.Size),
            Width = columns.Max(p => p.Size),
            Weight = (o, i, t, u) =>
            {
                var (phase, c) = Math.DivRem(o, g.Channels);
                var (y, x) = (rows[phase / g.Stride], columns[phase % g.Stride]);
                var (row, column) = (t + top - y.From, u + left - x.From);
                if (row < 0 || row >= y.Taps || column < 0 || column >= x.Taps) return -1;
                return (((((i * g.Channels) + c) * g.KernelHeight) + y.Tap(row)) * g.KernelWidth) + x.Tap(column);
            },
        };
        return new(
            new(1, g.Outputs, g.OutputHeight, g.OutputWidth, 0),
            new(1, g.Stride * g.Stride * g.Channels, pass.Height, pass.Width, 0),
            [pass],
            checked(g.Outputs * g.Channels * g.KernelHeight * g.KernelWidth));
    }

    /// <summary>Packs weights: for each pass and block of output channels, pairs of input channels of all of the block.</summary>
    /// <exception cref="ArgumentException">A span has another length than the plan says.</exception>
    public void PackWeights(ReadOnlySpan<float> weights, Span<ushort> packed)
    {
        if (weights.Length != UnpackedWeights)
            throw new ArgumentException($"{UnpackedWeights} weights are planned; {weights.Length} were given.");
        if (packed.Length != WeightElements)
            throw new ArgumentException($"Packed weights have {WeightElements} elements; {packed.Length} were given.");
        packed.Clear();
        var at = 0;
        foreach (var pass in Passes)
        {
            for (var o = 0; o < Output.Channels; o++)
                for (var i = 0; i < Input.Channels; i++)
                    for (var t = 0; t < pass.Rows; t++)
                        for (var u = 0; u < pass.Columns; u++)
                            if (pass.Weight(o, i, t, u) is >= 0 and var index)
                                packed[at + PackedIndex(pass, o, i, t, u)] = BFloat.Round(weights[index]);
            at += PassElements(pass);
        }
    }

    internal int PassElements(ConvolutionPass pass) => checked(Pairs(pass) * 2 * Vectors * PackedShape.Lanes);

    /// <summary>Gets where the weights of a block of output channels begin, within those of the pass.</summary>
    internal int BlockOffset(ConvolutionPass pass, int block) => Pairs(pass) * 2 * BlockVectors * PackedShape.Lanes * block;

    internal int PackedIndex(ConvolutionPass pass, int output, int input, int row, int column)
    {
        var (block, channel) = Math.DivRem(output, BlockVectors * PackedShape.Lanes);
        var vectors = Math.Min(BlockVectors, Vectors - (block * BlockVectors));
        var pair = (((row * pass.Columns) + column) * (Input.PaddedChannels / 2)) + (input / 2);
        return BlockOffset(pass, block) + (((pair * vectors * PackedShape.Lanes) + channel) * 2) + (input % 2);
    }

    private int Pairs(ConvolutionPass pass) => pass.Rows * pass.Columns * Input.PaddedChannels / 2;

    /// <summary>One phase of a stride along one axis: the inputs at <c>Index, Index + stride, ...</c>, and which taps reach them.</summary>
    private sealed record Phase(int Index, int Size, int Taps, int From, int LastTap, int Stride)
    {
        /// <summary>Gets the tap of the kernel that stands at a place of the window: the last one first.</summary>
        public int Tap(int place) => LastTap - (place * Stride);

        public static IEnumerable<Phase> All(int stride, int before, int kernel, int size)
        {
            for (var index = 0; index < Math.Min(stride, size); index++)
            {
                var first = (index + before) % stride;
                var taps = first < kernel ? ((kernel - 1 - first) / stride) + 1 : 0;
                var from = ((index + before) / stride) - (taps - 1);
                yield return new(index, (size - index + stride - 1) / stride, taps, from, first + (stride * (taps - 1)), stride);
            }
        }
    }
}
