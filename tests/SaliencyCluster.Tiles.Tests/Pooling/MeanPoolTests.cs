using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Pooling;
using SaliencyCluster.Tiles.Tests.Layout;
using SaliencyCluster.Tiles.Tests.Machine;

namespace SaliencyCluster.Tiles.Tests.Pooling;

public sealed class MeanPoolTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Means_are_those_of_whole_images_and_spread_back_where_a_mask_is_positive(bool atEnd)
    {
        var images = new Images(new(3, 20, 5, 3, 1), 7);
        var masks = new Images(images.Shape with { Halo = 0 }, 8);
        using var x = images.Guarded(atEnd);
        using var mask = masks.Guarded(atEnd);
        using var means = new GuardedMemory<float>(new float[60], atEnd);
        MeanPool.Run(images.Shape, x.Span, means.Span);
        var expected = from n in Enumerable.Range(0, 3)
                       from c in Enumerable.Range(0, 20)
                       select Enumerable.Range(0, 15).Average(i => (double)images[n, c, i / 3, i % 3]);
        Assert.All(expected.Zip(means.Span.ToArray()), p => Assert.Equal(p.First, p.Second, 1e-6));

        var values = means.Span.ToArray();
        var shape = images.Shape with { Halo = 2 };
        using var result = Images.Unwritten(shape, atEnd);
        MeanPool.Spread(shape, means.Span, mask.Span, 0, result.Span);
        Images.AssertEqual(shape, result.Span, (n, c, y, x) => masks[n, c, y, x] > 0 ? values[(n * 20) + c] : 0);
        MeanPool.Spread(shape, means.Span, [], null, result.Span);
        Images.AssertEqual(shape, result.Span, (n, c, _, _) => values[(n * 20) + c]);
    }

    [Fact]
    public void Tensors_of_other_sizes_are_refused()
    {
        var shape = new PackedShape(1, 16, 2, 2, 0);
        Assert.Throws<ArgumentException>(() => MeanPool.Run(shape, new ushort[63], new float[16]));
        Assert.Throws<ArgumentException>(() => MeanPool.Run(shape, new ushort[64], new float[15]));
        Assert.Throws<ArgumentException>(() => MeanPool.Spread(shape, new float[16], new ushort[64], null, new ushort[64]));
        Assert.Throws<ArgumentException>(() => MeanPool.Spread(shape, new float[16], [], 0, new ushort[64]));
        Assert.Throws<ArgumentException>(() => MeanPool.Run(new(1, 3, 2, 2, 0), new ushort[16], new float[3]));
    }
}
