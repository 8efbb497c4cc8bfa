using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Tiles.Tests.Layout;

public sealed class PackingTests
{
    [Theory]
    [InlineData(1, 3, 5, 4, 2)]
    [InlineData(2, 16, 3, 3, 1)]
    [InlineData(3, 20, 2, 7, 0)]
    [InlineData(1, 1, 1, 1, 3)]
    public void Images_come_back_rounded_and_the_halo_is_zero(int images, int channels, int height, int width, int halo)
    {
        var shape = new PackedShape(images, channels, height, width, halo);
        var random = new Random(5);
        var values = Enumerable.Range(0, images * channels * height * width).Select(_ => (float)(random.NextDouble() + 1)).ToArray();
        var packed = new ushort[shape.Elements];
        packed.AsSpan().Fill(0x7fc0);
        Packing.Pack(shape, values, packed);
        Assert.Equal(values.Length, packed.Count(v => v != 0));
        Assert.Equal(0x3f80, packed.Where(v => v != 0).Min() & 0xff80);
        var back = new float[values.Length];
        Packing.Unpack(shape, packed, back);
        Assert.Equal(values.Select(v => BFloat.Widen(BFloat.Round(v))), back);
        Assert.All(values.Zip(back), p => Assert.True(Math.Abs(p.First - p.Second) <= p.First / 256));
    }

    [Theory]
    [InlineData(1f, 0x3f80)]
    [InlineData(-2f, 0xc000)]
    [InlineData(1.00390625f, 0x3f80)] // half way, to even
    [InlineData(1.01171875f, 0x3f82)] // half way, to even
    [InlineData(float.PositiveInfinity, 0x7f80)]
    [InlineData(float.MaxValue, 0x7f80)]
    public void Numbers_are_rounded_to_the_nearest(float value, int expected) => Assert.Equal(expected, BFloat.Round(value));

    [Fact]
    public void What_is_not_a_number_stays_none() =>
        Assert.True(float.IsNaN(BFloat.Widen(BFloat.Round(BitConverter.UInt32BitsToSingle(0x7f800001)))));

    [Fact]
    public void Spans_of_another_size_are_refused()
    {
        var shape = new PackedShape(1, 3, 2, 2, 1);
        Assert.Throws<ArgumentException>(() => Packing.Pack(shape, new float[11], new ushort[shape.Elements]));
        Assert.Throws<ArgumentException>(() => Packing.Pack(shape, new float[12], new ushort[shape.Elements - 1]));
        Assert.Throws<ArgumentException>(() => Packing.Unpack(shape, new ushort[shape.Elements + 1], new float[12]));
    }
}
