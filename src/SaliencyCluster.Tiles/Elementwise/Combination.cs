using System.Runtime.Intrinsics;
using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Tiles.Elementwise;

/// <summary>The sum of one or two packed tensors, then a Relu and a mask: what is left where no convolution could take it along.</summary>
/// <param name="output">The result; the others have its size and halos of their own.</param>
/// <param name="firstHalo">The halo of the first summand.</param>
/// <param name="secondHalo">The halo of the second summand; null where there is none.</param>
/// <param name="relu">Whether negative sums become 0.</param>
/// <param name="maskHalo">The halo of a tensor where it is not greater than 0, the result is 0; null where there is none.</param>
public sealed class Combination(PackedShape output, int firstHalo, int? secondHalo, bool relu, int? maskHalo)
{
    private readonly PackedShape _first = output with { Halo = firstHalo }, _second = output with { Halo = secondHalo ?? 0 };
    private readonly PackedShape _mask = output with { Halo = maskHalo ?? 0 };

    /// <summary>Computes it.</summary>
    /// <exception cref="ArgumentException">A span has another length than was planned.</exception>
    public void Run(ReadOnlySpan<ushort> first, ReadOnlySpan<ushort> second, ReadOnlySpan<ushort> mask, Span<ushort> result)
    {
        Lengths.CheckVectors(output);
        Lengths.Check("first summand", first.Length, _first.Elements);
        Lengths.Check("second summand", second.Length, secondHalo is null ? 0 : _second.Elements);
        Lengths.Check("mask", mask.Length, maskHalo is null ? 0 : _mask.Elements);
        Lengths.Check("result", result.Length, output.Elements);
        var length = output.Width * output.PaddedChannels;
        for (var n = 0; n < output.Images; n++)
        {
            var image = result.Slice(n * output.ImageElements, output.ImageElements);
            output.ClearHalo(image);
            for (var y = 0; y < output.Height; y++)
            {
                var a = Row(first, _first, n, y, length);
                var b = secondHalo is null ? default : Row(second, _second, n, y, length);
                var m = maskHalo is null ? default : Row(mask, _mask, n, y, length);
                var to = image.Slice(output.Offset(y, 0), length);
                for (var i = 0; i < length; i += PackedShape.Lanes)
                {
                    var sum = PackedVector.Load(a[i..]);
                    if (!b.IsEmpty) sum += PackedVector.Load(b[i..]);
                    if (relu) sum = Vector512.ConditionalSelect(Vector512.LessThan(sum, Vector512<float>.Zero), Vector512<float>.Zero, sum);
                    if (!m.IsEmpty) sum = Where(PackedVector.Load(m[i..]), sum);
                    PackedVector.Store(sum, to[i..]);
                }
            }
        }
    }

    /// <summary>Keeps what lies where a mask is greater than 0.</summary>
    internal static Vector512<float> Where(Vector512<float> mask, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(mask, Vector512<float>.Zero), value, Vector512<float>.Zero);

    private static ReadOnlySpan<ushort> Row(ReadOnlySpan<ushort> tensor, PackedShape shape, int image, int row, int length) =>
        tensor.Slice((image * shape.ImageElements) + shape.Offset(row, 0), length);
}
