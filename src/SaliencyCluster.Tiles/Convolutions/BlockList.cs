using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Machine;

namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>The outputs of a pass in blocks that registers hold: parts of a row, or several short rows.</summary>
internal sealed class BlockList
{
    private readonly ConvolutionShapes _shapes;
    private readonly ConvolutionPass _pass;
    private readonly Assembler _code;
    private readonly Dictionary<(int Rows, int Columns), (int Whole, int Half)> _made = [];

    /// <summary>Cuts a pass into blocks and appends the code that they need.</summary>
    public BlockList(ConvolutionShapes shapes, ConvolutionPass pass, Assembler code)
    {
        (_shapes, _pass, _code) = (shapes, pass, code);
        var rows = Math.Clamp(BlockKernel.MaxPixels / pass.Width, 1, pass.Height);
        var parts = (pass.Width + BlockKernel.MaxPixels - 1) / BlockKernel.MaxPixels;
        var blocks = new List<Block>();
        for (var y = 0; y < pass.Height; y += rows)
            for (var part = 0; part < parts; part++)
            {
                // Parts of about the same size: a narrow one leaves multipliers idle.
                var (from, to) = (pass.Width * part / parts, pass.Width * (part + 1) / parts);
                var (whole, half) = Code(Math.Min(rows, pass.Height - y), to - from);
                blocks.Add(new(At(y, from), whole, half));
            }
        Blocks = [.. blocks];
    }

    /// <summary>Gets the blocks of one image.</summary>
    public Block[] Blocks { get; }

    private (int Whole, int Half) Code(int rows, int columns)
    {
        if (_made.TryGetValue((rows, columns), out var known)) return known;
        var origin = At(0, 0);
        BlockKernel.Place[] places =
        [
            .. from y in Enumerable.Range(0, rows)
               from x in Enumerable.Range(0, columns)
               let at = At(y, x)
               select new BlockKernel.Place(
                   at.Input - origin.Input, at.Output - origin.Output, at.Residual - origin.Residual, at.Mask - origin.Mask),
        ];
        var vectors = _shapes.Plan.Vectors;
        return _made[(rows, columns)] = (
            vectors >= ConvolutionPlan.BlockVectors ? Append(places, ConvolutionPlan.BlockVectors) : -1,
            vectors % ConvolutionPlan.BlockVectors != 0 ? Append(places, 1) : -1);
    }

    private int Append(BlockKernel.Place[] places, int vectors)
    {
        _code.Align();
        var at = _code.Position;
        var pairs = _pass.Columns * _shapes.Input.PaddedChannels / 2;
        BlockKernel.Append(_code, places, vectors, _pass.Rows, pairs, _shapes.Input.RowElements, _shapes.Fusion);
        return at;
    }

    private BlockKernel.Place At(int y, int x)
    {
        var (row, column) = ((y * _pass.OutputStep) + _pass.OutputY, (x * _pass.OutputStep) + _pass.OutputX);
        // A window without rows is not read, wherever it would lie.
        var input = _pass.Rows == 0 ? 0 : _shapes.Input.Offset((y * _pass.InputStep) + _pass.InputY, (x * _pass.InputStep) + _pass.InputX);
        return new(input, _shapes.Output.Offset(row, column), _shapes.Residual.Offset(row, column), _shapes.Mask.Offset(row, column));
    }

    /// <summary>One block: its first pixel, and where the code for two vectors of channels and for one begins.</summary>
    internal readonly record struct Block(BlockKernel.Place First, int Whole, int Half);
}
