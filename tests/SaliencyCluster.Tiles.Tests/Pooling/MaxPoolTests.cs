using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Pooling;
using SaliencyCluster.Tiles.Tests.Layout;

namespace SaliencyCluster.Tiles.Tests.Pooling;

public sealed class MaxPoolTests
{
    // Rows, columns, kernel, stride, padding.
    public static TheoryData<int, int, int, int, int> Sizes => new()
    {
        { 8, 8, 3, 2, 1 },
        { 7, 9, 3, 2, 1 },
        { 6, 6, 2, 2, 0 },
        { 5, 7, 3, 1, 1 },
        { 9, 9, 2, 3, 0 },
        { 3, 3, 3, 3, 0 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void The_largest_element_wins_and_the_first_of_several_gets_the_gradient(
        int height, int width, int kernel, int stride, int padding)
    {
        foreach (var atEnd in (bool[])[true, false])
            foreach (var positiveOnly in (bool[])[true, false]) Check(height, width, kernel, stride, padding, atEnd, positiveOnly);
    }

    [Fact]
    public void Windows_without_an_element_and_channels_that_are_no_vector_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new MaxPool(new(3, 3, 2, 2, 2, 2, 2, 0), new(1, 16, 4, 4, 0), 0));
        Assert.Throws<ArgumentException>(() => new MaxPool(new(2, 2, 2, 2, 2, 2, 0, 0), new(1, 3, 4, 4, 0), 0));
        Assert.Throws<ArgumentException>(() => new MaxPool(new(2, 2, 2, 2, 0, 2, 0, 0), new(1, 16, 4, 4, 0), 0));
        var pool = new MaxPool(new(2, 2, 2, 2, 2, 2, 0, 0), new(1, 16, 4, 4, 0), 0);
        Assert.Throws<ArgumentException>(() => pool.Run(new ushort[255], new ushort[64]));
        Assert.Throws<ArgumentException>(() => pool.Backward(new ushort[256], new ushort[64], false, new ushort[255], 0));
    }

    private static void Check(int height, int width, int kernel, int stride, int padding, bool atEnd, bool positiveOnly)
    {
        int Steps(int size) => ((size + (2 * padding) - kernel) / stride) + 1;
        var geometry = new PoolGeometry(Steps(height), Steps(width), kernel, kernel, stride, stride, padding, padding);
        var images = new Images(new(2, 20, height, width, 1), 3);
        var pool = new MaxPool(geometry, images.Shape, 2);
        var gradients = new Images(pool.Output, 4);
        using var x = images.Guarded(atEnd);
        using var dy = gradients.Guarded(atEnd);

        (float Value, int Y, int X) Winner(int n, int c, int y, int x)
        {
            var best = (Value: float.NegativeInfinity, Y: -1, X: -1);
            for (var r = Math.Max(0, (y * stride) - padding); r < Math.Min(height, (y * stride) - padding + kernel); r++)
                for (var k = Math.Max(0, (x * stride) - padding); k < Math.Min(width, (x * stride) - padding + kernel); k++)
                    if (images[n, c, r, k] > best.Value) best = (images[n, c, r, k], r, k);
            return best;
        }

        using (var result = Images.Unwritten(pool.Output, atEnd))
        {
            pool.Run(x.Span, result.Span);
            Images.AssertEqual(pool.Output, result.Span, (n, c, y, x) => Winner(n, c, y, x).Value);
        }
        var shape = images.Shape with { Halo = 3 };
        using var gradient = Images.Unwritten(shape, atEnd);
        pool.Backward(x.Span, dy.Span, positiveOnly, gradient.Span, 3);
        Images.AssertEqual(shape, gradient.Span, (n, c, y, x) =>
        {
            var sum = 0f;
            for (var r = 0; r < pool.Output.Height; r++)
                for (var k = 0; k < pool.Output.Width; k++)
                    if (Winner(n, c, r, k) is var w && w.Y == y && w.X == x && (!positiveOnly || w.Value > 0)) sum += gradients[n, c, r, k];
            return sum;
        });
    }
}
