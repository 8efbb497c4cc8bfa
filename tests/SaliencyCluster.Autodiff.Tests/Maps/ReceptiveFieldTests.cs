using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Maps;

/// <summary>What a place is said to depend on is what changes it: each pixel of a black image is lit in turn, under networks that let
/// nothing cancel out.</summary>
public class ReceptiveFieldTests
{
    private const int Side = 24;

    public static TheoryData<string> Networks() => [.. _networks.Keys];

    private static readonly Dictionary<string, (int Rows, int Columns, ModelBuilder Model)> _networks = new()
    {
        ["a convolution"] = (24, 24, Image().Weight("w", [2, 1, 3, 3], Ones(2, 1, 3, 3)).Node("Conv", "x w", "y", ("pads",
            new long[] { 1, 1, 1, 1 }))),
        ["strides, pools and dilation"] = (6, 12, Image().Weight("w", [2, 1, 5, 3], Ones(2, 1, 5, 3)).Weight("v", [2, 2, 3, 3], Ones(2,
            2, 3, 3))
            .Node("Conv", "x w", "a", ("pads", new long[] { 2, 1, 2, 1 }), ("strides", new long[] { 2, 1 })).Node("Relu", "a", "b")
            .Node("MaxPool", "b", "c", ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1,
                1, 1, 1 }))
            .Node("Conv", "c v", "y", ("pads", new long[] { 2, 2, 2, 2 }), ("dilations", new long[] { 2, 2 }))),
        ["a residual block"] = (24, 24, Image().Weight("w", [1, 1, 3, 3], Ones(1, 1, 3, 3)).Weight("v", [1, 1, 1, 1], Ones(1, 1, 1, 1))
            .Node("Conv", "x w", "a", ("pads", new long[] { 1, 1, 1, 1 })).Node("Relu", "a", "b").Node("Conv", "b w", "c", ("pads",
                new long[] { 1, 1, 1, 1 }))
            .Node("Conv", "x v", "d").Node("Add", "c d", "y")),
        ["padding that is found from sizes"] = (8, 8, Image().Weight("w", [1, 1, 4, 4], Ones(1, 1, 4, 4))
            .Node("Conv", "x w", "a", ("auto_pad", "SAME_UPPER"), ("strides", new long[] { 3, 3 })).Node("AveragePool", "a", "y",
                ("auto_pad", "SAME_LOWER"), ("kernel_shape", new long[] { 2, 2 }))),
        ["a padding of its own"] = (13, 12, Image().Weight("w", [1, 1, 3, 3], Ones(1, 1, 3, 3)).Longs("pads", 0, 0, 1, 2, 0, 0, 3, 0)
            .Node("Pad", "x pads", "a").Node("Conv", "a w", "y", ("strides", new long[] { 2, 2 }))),
        ["joined branches"] = (24, 24, Image().Weight("w", [1, 1, 5, 5], Ones(1, 1, 5, 5)).Weight("v", [1, 1, 1, 1], Ones(1, 1, 1, 1))
            .Node("Conv", "x w", "a", ("pads", new long[] { 2, 2, 2, 2 })).Node("Conv", "x v", "b").Node("Concat", "a b", "y", ("axis",
                1))),
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void What_a_place_depends_on_is_what_changes_it(string name)
    {
        var (rows, columns, builder) = _networks[name];
        var field = ReceptiveField.Of(Explain.Read(builder.Results("y")), "y", [1, Side, Side], ImageLayout.ChannelsFirst)!;
        using var session = new TestKit.Running.OrtModel(builder.ToBytes());
        var places = new HashSet<(int Row, int Column, int Y, int X)>();
        for (var pixel = 0; pixel < Side * Side; pixel++)
        {
            var image = new double[Side * Side];
            image[pixel] = 1;
            var values = session.Run(("x", image))["y"];
            for (var i = 0; i < values.Length; i++)
                if (values[i] != 0) places.Add((i / columns % rows, i % columns, pixel / Side, pixel % Side));
        }
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var seen = places.Where(p => (p.Row, p.Column) == (row, column)).ToList();
                if (seen.Count == 0) continue;
                var (top, left, bottom, right) = field.Box(row, column, Side, Side);
                // At the edge the last pixel before the padding may fall between the taps of a dilated window.
                Assert.True(top == seen.Min(p => p.Y) || (top == 0 && seen.Min(p => p.Y) > 0));
                Assert.True(left == seen.Min(p => p.X) || (left == 0 && seen.Min(p => p.X) > 0));
                Assert.True(bottom == seen.Max(p => p.Y) + 1 || (bottom == Side && seen.Max(p => p.Y) < Side));
                Assert.True(right == seen.Max(p => p.X) + 1 || (right == Side && seen.Max(p => p.X) < Side));
            }
        }
    }

    [Theory]
    [InlineData("GlobalAveragePool", "x", "a", "Mul", "x a", "y")]
    [InlineData("GlobalAveragePool", "x", "y")]
    public void Whatever_brings_all_places_together_depends_on_the_whole_image(params string[] nodes)
    {
        var builder = Image();
        foreach (var node in nodes.Chunk(3)) builder.Node(node[0], node[1], node[2]);
        Assert.Null(ReceptiveField.Of(Explain.Read(builder.Results("y")), "y", [1, Side, Side], ImageLayout.ChannelsFirst));
    }

    /// <summary>An enlarged place is made of its neighbours, and a transposed convolution's of those whose windows cover it: at least
    /// these are in it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_enlarged_depends_on_no_more_than_is_said(int padding)
    {
        var builder = Image().Weight("w", [1, 1, 5, 5], Ones(1, 1, 5, 5)).Node("ConvTranspose", "x w", "y", ("strides", new long[] { 2,
            2 }), ("pads", Enumerable.Repeat((long)padding, 4).ToArray())).Results("y");
        AssertWithin(builder, (2 * (Side - 1)) + 5 - (2 * padding));
    }

    [Theory]
    [InlineData("nearest", "asymmetric", 48)]
    [InlineData("nearest", "half_pixel", 16)]
    [InlineData("linear", "asymmetric", 60)]
    [InlineData("linear", "half_pixel", 36)]
    [InlineData("linear", "align_corners", 47)]
    [InlineData("linear", "pytorch_half_pixel", 8)]
    [InlineData("linear", "half_pixel", 8, 1)]
    [InlineData("cubic", "half_pixel", 48)]
    [InlineData("cubic", "align_corners", 40)]
    [InlineData("cubic", "half_pixel", 6, 1)]
    public void What_is_resized_depends_on_no_more_than_is_said(string mode, string corners, int side, int antialias = 0)
    {
        var builder = Image(antialias == 1 ? 18 : 13).Longs("sizes", 1, 1, side, side);
        (string, object)[] how = [("mode", mode), ("coordinate_transformation_mode", corners), ("nearest_mode", "floor")];
        builder.Node("Resize", "x _ _ sizes", "y", antialias == 1 ? [.. how, ("antialias", 1)] : how).Results("y");
        AssertWithin(builder, side);
    }

    private static void AssertWithin(ModelBuilder builder, int side)
    {
        var field = ReceptiveField.Of(Explain.Read(builder), "y", [1, Side, Side], ImageLayout.ChannelsFirst)!;
        using var session = new TestKit.Running.OrtModel(builder.ToBytes());
        for (var pixel = 0; pixel < Side; pixel++)
        {
            var image = new double[Side * Side];
            image[pixel * Side] = 1;
            var values = session.Run(("x", image))["y"];
            foreach (var row in Enumerable.Range(0, side).Where(row => values[row * side] != 0))
            {
                var (top, _, bottom, _) = field.Box(row, 0, Side, Side);
                Assert.InRange(pixel, top, bottom - 1);
            }
        }
    }

    private static ModelBuilder Image(int opset = 13) => new ModelBuilder(opset).Input("x", 1, 1, Side, Side);

    private static float[] Ones(params int[] shape) => [.. Enumerable.Repeat(1f, shape.Aggregate(1, (a, b) => a * b))];
}
