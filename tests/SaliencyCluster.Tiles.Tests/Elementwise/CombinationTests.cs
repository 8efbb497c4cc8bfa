using SaliencyCluster.Tiles.Elementwise;
using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Tests.Layout;

namespace SaliencyCluster.Tiles.Tests.Elementwise;

public sealed class CombinationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Summands_are_added_then_negative_sums_and_what_the_mask_leaves_out_become_0(bool atEnd)
    {
        var output = new PackedShape(2, 24, 3, 5, 2);
        Images Random(int halo, int seed) => new(output with { Halo = halo }, seed);
        var (a, b, m) = (Random(0, 1), Random(1, 2), Random(3, 3));
        using var first = a.Guarded(atEnd);
        using var second = b.Guarded(atEnd);
        using var mask = m.Guarded(atEnd);
        using var result = Images.Unwritten(output, atEnd);
        new Combination(output, 0, 1, false, 3).Run(first.Span, second.Span, mask.Span, result.Span);
        Images.AssertEqual(output, result.Span, (n, c, y, x) => m[n, c, y, x] > 0 ? a[n, c, y, x] + b[n, c, y, x] : 0);
        new Combination(output, 0, null, true, null).Run(first.Span, [], [], result.Span);
        Images.AssertEqual(output, result.Span, (n, c, y, x) => Math.Max(0, a[n, c, y, x]));
    }

    [Fact]
    public void Tensors_of_other_sizes_are_refused()
    {
        var combination = new Combination(new(1, 16, 2, 2, 0), 0, 0, false, 0);
        var whole = new ushort[64];
        Assert.Throws<ArgumentException>(() => combination.Run(new ushort[63], whole, whole, whole));
        Assert.Throws<ArgumentException>(() => combination.Run(whole, [], whole, whole));
        Assert.Throws<ArgumentException>(() => combination.Run(whole, whole, [], whole));
        Assert.Throws<ArgumentException>(() => combination.Run(whole, whole, whole, new ushort[65]));
    }
}
