using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Tests.Machine;

namespace SaliencyCluster.Tiles.Tests.Layout;

/// <summary>Random images of numbers that bf16 holds exactly, as [N,C,H,W] and packed.</summary>
internal sealed class Images(PackedShape shape, int seed)
{
    private readonly float[] _values = Numbers(shape, new Random(seed));

    public PackedShape Shape => shape;

    public float this[int n, int c, int y, int x] => _values[(((((n * shape.Channels) + c) * shape.Height) + y) * shape.Width) + x];

    /// <summary>Packs them at one end of memory whose neighbours may not be touched.</summary>
    public GuardedMemory<ushort> Guarded(bool atEnd)
    {
        var packed = new ushort[shape.Elements];
        Packing.Pack(shape, _values, packed);
        return new(packed, atEnd);
    }

    /// <summary>Memory for such images, in which everything is to be written.</summary>
    public static GuardedMemory<ushort> Unwritten(PackedShape shape, bool atEnd) =>
        new(Enumerable.Repeat((ushort)0x7fc0, shape.Elements).ToArray(), atEnd);

    /// <summary>Compares packed results with a definition, all elements, and holds that halo and padding are zeros.</summary>
    public static void AssertEqual(PackedShape shape, ReadOnlySpan<ushort> packed, Func<int, int, int, int, float> definition)
    {
        var expected = new float[shape.Images * shape.Channels * shape.Height * shape.Width];
        var at = 0;
        for (var n = 0; n < shape.Images; n++)
            for (var c = 0; c < shape.Channels; c++)
                for (var y = 0; y < shape.Height; y++)
                    for (var x = 0; x < shape.Width; x++) expected[at++] = definition(n, c, y, x);
        var whole = new ushort[shape.Elements];
        Packing.Pack(shape, expected, whole);
        Assert.Equal(whole, packed.ToArray());
    }

    // Few different ones, so that windows have ties.
    private static float[] Numbers(PackedShape shape, Random random) =>
        [.. Enumerable.Range(0, shape.Images * shape.Channels * shape.Height * shape.Width).Select(_ => random.Next(-8, 9) / 4f)];
}
