using System.Runtime.InteropServices;
using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Machine;

namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>
/// Machine code for one block of outputs: up to 14 pixels times 32 channels stay in 28 registers while all products are added. For each
/// pair of input channels two registers of weights are loaded, and the pair of each pixel is broadcast to a third: 16 loads for 28
/// products, so that the two multipliers of a core are busy and its two load ports are not. Every address is a constant of the code.
/// </summary>
internal static class BlockKernel
{
    /// <summary>The most pixels of a block.</summary>
    public const int MaxPixels = 14;

    private const int Weights = 28, Pixel = 30, Zero = 31, Value = 28, Widened = 29;
    private const int PairBytes = 4, VectorBytes = 64, HalfBytes = 32, UnrolledMost = 4;

    /// <summary>What the code is given.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct Arguments
    {
        public ushort* Input;
        public ushort* Weights;
        public float* Bias;
        public void* Output;
        public ushort* Residual;
        public ushort* Mask;
    }

    /// <summary>Where a pixel lies in each tensor, in elements from the block's first one.</summary>
    public readonly record struct Place(int Input, int Output, int Residual, int Mask);

    /// <summary>Appends the code.</summary>
    /// <param name="code">What it is appended to.</param>
    /// <param name="places">The pixels.</param>
    /// <param name="vectors">Vectors of output channels: 1 or 2.</param>
    /// <param name="rows">Rows of the window.</param>
    /// <param name="pairs">Pairs of input elements in a row of the window; even.</param>
    /// <param name="rowElements">Elements from a row of the input to the next.</param>
    /// <param name="fusion">What is done with the sums.</param>
    public static void Append(
        Assembler code, IReadOnlyList<Place> places, int vectors, int rows, int pairs, int rowElements, Fusion fusion)
    {
        code.Align();
        code.Load(Register.Rax, Register.Rdi, 16);
        for (var v = 0; v < vectors; v++)
        {
            code.Load(v, Register.Rax, v * VectorBytes);
            for (var p = 1; p < places.Count; p++) code.Move((p * vectors) + v, v);
        }
        if (rows > 0) AppendProducts(code, places, vectors, rows, pairs, rowElements);
        AppendStores(code, places, vectors, fusion);
        code.Return();
    }

    private static void AppendProducts(Assembler code, IReadOnlyList<Place> places, int vectors, int rows, int pairs, int rowElements)
    {
        var unrolled = pairs % UnrolledMost == 0 ? UnrolledMost : 2;
        code.Load(Register.Rdx, Register.Rdi, 0);
        code.Load(Register.Rsi, Register.Rdi, 8);
        code.Set(Register.R8, rows);
        var row = code.Position;
        code.Move(Register.R10, Register.Rdx);
        code.Set(Register.Rcx, pairs / unrolled);
        code.Align();
        var step = code.Position;
        for (var i = 0; i < unrolled; i++)
        {
            for (var v = 0; v < vectors; v++) code.Load(Weights + v, Register.Rsi, ((i * vectors) + v) * VectorBytes);
            for (var p = 0; p < places.Count; p++)
            {
                code.Broadcast(Pixel + (p % 2), Register.R10, (places[p].Input * 2) + (i * PairBytes));
                for (var v = 0; v < vectors; v++) code.DotPairs((p * vectors) + v, Pixel + (p % 2), Weights + v);
            }
        }
        code.Add(Register.R10, unrolled * PairBytes);
        code.Add(Register.Rsi, unrolled * vectors * VectorBytes);
        code.Loop(Register.Rcx, step);
        code.Add(Register.Rdx, rowElements * 2);
        code.Loop(Register.R8, row);
    }

    private static void AppendStores(Assembler code, IReadOnlyList<Place> places, int vectors, Fusion fusion)
    {
        code.Load(Register.Rax, Register.Rdi, 24);
        if (fusion.ResidualHalo is not null) code.Load(Register.Rcx, Register.Rdi, 32);
        if (fusion.MaskHalo is not null) code.Load(Register.Rdx, Register.Rdi, 40);
        code.Clear(Zero);
        for (var p = 0; p < places.Count; p++)
            for (var v = 0; v < vectors; v++)
            {
                var sum = (p * vectors) + v;
                if (fusion.ResidualHalo is not null)
                {
                    Widen(code, Register.Rcx, (places[p].Residual * 2) + (v * HalfBytes));
                    code.Add(sum, sum, Widened);
                }
                // What is not a number stays none: the second operand is taken then.
                if (fusion.Relu) code.Max(sum, Zero, sum);
                if (fusion.MaskHalo is not null)
                {
                    Widen(code, Register.Rdx, (places[p].Mask * 2) + (v * HalfBytes));
                    code.WhereGreater(Widened, Zero);
                    code.KeepMasked(sum, sum);
                }
                if (fusion.StoresFloats)
                {
                    code.Store(Register.Rax, (places[p].Output * 4) + (v * VectorBytes), sum);
                    continue;
                }
                code.RoundToHalves(Value, sum);
                code.StoreHalf(Register.Rax, (places[p].Output * 2) + (v * HalfBytes), Value);
            }
    }

    private static void Widen(Assembler code, Register from, int offset)
    {
        code.LoadHalves(Widened, from, offset);
        code.ShiftLeft(Widened, Widened, 16);
    }
}
