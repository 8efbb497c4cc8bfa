using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SaliencyCluster.Tiles.Elementwise;
using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Tiles.Pooling;

/// <summary>The mean of each channel over a whole image, as float32, and its way back: one number for all places.</summary>
public static class MeanPool
{
    /// <summary>Computes the means, <c>[images, channels]</c>.</summary>
    /// <exception cref="ArgumentException">A span has another length than was planned.</exception>
    public static void Run(PackedShape shape, ReadOnlySpan<ushort> images, Span<float> means)
    {
        Lengths.CheckVectors(shape);
        Lengths.Check("images", images.Length, shape.Elements);
        Lengths.Check("means", means.Length, (long)shape.Images * shape.Channels);
        Span<float> lanes = stackalloc float[PackedShape.Lanes];
        for (var n = 0; n < shape.Images; n++)
            for (var c = 0; c < shape.PaddedChannels; c += PackedShape.Lanes)
            {
                var sum = Vector512<float>.Zero;
                for (var y = 0; y < shape.Height; y++)
                    for (var x = 0; x < shape.Width; x++)
                        sum += PackedVector.Load(images[((n * shape.ImageElements) + shape.Offset(y, x) + c)..]);
                MemoryMarshal.Write(MemoryMarshal.AsBytes(lanes), sum / (shape.Height * shape.Width));
                var to = means.Slice((n * shape.Channels) + c, Math.Min(PackedShape.Lanes, shape.Channels - c));
                lanes[..to.Length].CopyTo(to);
            }
    }

    /// <summary>Writes a number for each channel, <c>[images, channels]</c>, to all places.</summary>
    /// <param name="shape">The result.</param>
    /// <param name="values">The numbers.</param>
    /// <param name="mask">Where it is not greater than 0, the result is 0; empty where <paramref name="maskHalo"/> is null.</param>
    /// <param name="maskHalo">The halo of the mask.</param>
    /// <param name="result">The result.</param>
    /// <exception cref="ArgumentException">A span has another length than was planned.</exception>
    public static void Spread(PackedShape shape, ReadOnlySpan<float> values, ReadOnlySpan<ushort> mask, int? maskHalo, Span<ushort> result)
    {
        var masks = shape with { Halo = maskHalo ?? 0 };
        Lengths.CheckVectors(shape);
        Lengths.Check("values", values.Length, (long)shape.Images * shape.Channels);
        Lengths.Check("mask", mask.Length, maskHalo is null ? 0 : masks.Elements);
        Lengths.Check("result", result.Length, shape.Elements);
        Span<float> lanes = stackalloc float[PackedShape.Lanes];
        for (var n = 0; n < shape.Images; n++)
        {
            shape.ClearHalo(result.Slice(n * shape.ImageElements, shape.ImageElements));
            for (var c = 0; c < shape.PaddedChannels; c += PackedShape.Lanes)
            {
                lanes.Clear();
                values.Slice((n * shape.Channels) + c, Math.Min(PackedShape.Lanes, shape.Channels - c)).CopyTo(lanes);
                var value = MemoryMarshal.Read<Vector512<float>>(MemoryMarshal.AsBytes(lanes));
                for (var y = 0; y < shape.Height; y++)
                    for (var x = 0; x < shape.Width; x++)
                    {
                        var kept = maskHalo is null ? value
                            : Combination.Where(PackedVector.Load(mask[((n * masks.ImageElements) + masks.Offset(y, x) + c)..]), value);
                        PackedVector.Store(kept, result[((n * shape.ImageElements) + shape.Offset(y, x) + c)..]);
                    }
            }
        }
    }
}
