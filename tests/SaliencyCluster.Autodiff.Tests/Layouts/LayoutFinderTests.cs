using SaliencyCluster.Autodiff.Layouts;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Layouts;

public class LayoutFinderTests
{
    /// <summary>How exporters bring an image to its first convolution: nodes from <c>x</c> to <c>c</c>, the image's shape, and what must be found.</summary>
    public static TheoryData<string, long[], string, ImageLayout> Models => new()
    {
        { "plain", [3, 8, 8], "", ImageLayout.ChannelsFirst },
        { "square with as many rows as channels", [3, 3, 3], "", ImageLayout.ChannelsFirst },
        { "tf2onnx", [8, 8, 3], "Transpose x c 0,3,1,2", ImageLayout.ChannelsLast },
        { "tf2onnx at a shape that says nothing", [3, 3, 3], "Transpose x c 0,3,1,2", ImageLayout.ChannelsLast },
        { "columns before rows", [8, 8, 3], "Transpose x c 0,3,2,1", ImageLayout.ChannelsLast },
        { "there and back", [3, 8, 8], "Transpose x a 0,2,3,1;Transpose a c 0,3,1,2", ImageLayout.ChannelsFirst },
        { "normalised before", [8, 8, 3], "Sub,x,perColour a;Div,a,perColour b;Transpose b c 0,3,1,2", ImageLayout.ChannelsLast },
        { "normalised after", [8, 8, 3], "Transpose x a 0,3,1,2;Mul,a,one b;Add,b,one c", ImageLayout.ChannelsLast },
        { "padded before", [8, 8, 3], "Pad,x,pads a;Transpose a c 0,3,1,2", ImageLayout.ChannelsLast },
        { "cast and clipped", [8, 8, 3], "Clip x a;Identity a b;Transpose b c 0,3,1,2", ImageLayout.ChannelsLast },
        { "colours in another order", [8, 8, 3], "Gather,x,bgr a 3;Transpose a c 0,3,1,2", ImageLayout.ChannelsLast },
        { "one channel by a Reshape", [8, 8, 1], "Reshape,x,grey c", ImageLayout.ChannelsLast },
        { "one channel first, reshaped for nothing", [1, 8, 8], "Reshape,x,grey c", ImageLayout.ChannelsFirst },
        { "free sizes", [-1, -1, 3], "Transpose x c 0,3,1,2", ImageLayout.ChannelsLast },
        { "everything free", [-1, -1, -1], "Transpose x c 0,3,1,2", ImageLayout.ChannelsLast },
        { "everything free, first", [-1, -1, -1], "", ImageLayout.ChannelsFirst },
        { "more bands than a picture", [8, 8, 13], "Transpose x c 0,3,1,2", ImageLayout.ChannelsLast },
    };

    [Theory, MemberData(nameof(Models), DisableDiscoveryEnumeration = true)]
    public void The_axis_that_the_first_convolution_reads_tells_the_layout(string what, long[] image, string nodes, ImageLayout layout)
    {
        var builder = new ModelBuilder().Input("x", [-1, .. image]).Longs("pads", 0, 1, 1, 0, 0, 1, 1, 0).Longs("bgr", 2, 1, 0).Longs("grey", -1, 1, 8, 8)
            .Weight("perColour", [1, 1, 1, 3], 1, 2, 3).Weight("one", [1], 1).Weight("w", [4, 3, 1, 1], new float[12]);
        foreach (var node in nodes.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = node.Split(' ');
            var head = parts[0].Split(',');
            var inputs = head.Length > 1 ? string.Join(' ', head[1..]) : parts[1];
            var output = head.Length > 1 ? parts[1] : parts[2];
            var rest = parts.Length > (head.Length > 1 ? 2 : 3) ? parts[^1] : null;
            (string, object)[] attributes = rest is null ? []
                : head[0] == "Gather" ? [("axis", int.Parse(rest, System.Globalization.CultureInfo.InvariantCulture))]
                : [("perm", rest.Split(',').Select(long.Parse).ToArray())];
            builder.Node(head[0], inputs, output, attributes);
        }
        builder.Node("Conv", $"{(nodes.Length == 0 ? "x" : "c")} w", "y").Results("y");
        var found = LayoutFinder.Find(Explain.Read(builder));
        Assert.True(found.Layout == layout, what);
        Assert.Equal(("Conv_" + (builder.Graph.Node.Count - 1), 3L), (found.SeenAt, found.Channels));
    }

    /// <summary>Images of 13 bands, whose shape says little, and what comes before something reads them as channels.</summary>
    public static TheoryData<string, long[], string, long?, ImageLayout, Action<ModelBuilder>> Before => new()
    {
        {
            "normalised by its own mean", [8, 8, 13], "Conv_3", 3, ImageLayout.ChannelsLast,
            b => b.Node("ReduceMean", "x", "m", ("axes", new long[] { 1, 2 })).Node("Sub", "x m", "a")
                .Node("Transpose", "a", "c", Last)
        },
        {
            "one grey channel of many", [8, 8, 13], "Conv_2", 3, ImageLayout.ChannelsLast,
            b => b.Node("ReduceMean", "x", "a", ("axes", new long[] { 3 }))
                .Node("Transpose", "a", "c", Last)
        },
        {
            "a slope for each band, last", [8, 8, 13], "Conv_2", 3, ImageLayout.ChannelsLast,
            b => b.Weight("p", [1, 1, 13], new float[13]).Node("PRelu", "x p", "a")
                .Node("Transpose", "a", "c", Last)
        },
        {
            "a slope for each band, first", [13, 8, 8], "Conv_1", 3, ImageLayout.ChannelsFirst,
            b => b.Weight("p", [13, 1, 1], new float[13]).Node("PRelu", "x p", "c")
        },
        {
            "repeated", [8, 8, 1], "Conv_2", 3, ImageLayout.ChannelsLast,
            b => b.Longs("r", 1, 1, 1, 3).Node("Tile", "x r", "a").Node("Transpose", "a", "c", Last)
        },
        {
            "one band picked", [8, 8, 13], "Conv_2", 3, ImageLayout.ChannelsLast,
            b => b.Initializer("i", ConstantTensor.Of([], 4L)).Longs("one", 1).Node("Gather", "x i", "a", ("axis", 3)).Node("Unsqueeze", "a one", "c")
        },
        {
            "dense on the channels", [20, 24, 13], "MatMul_0", 13, ImageLayout.ChannelsLast,
            b => b.Weight("d", [13, 3], new float[39]).Node("MatMul", "x d", "a")
                .Node("Transpose", "a", "c", Last)
        },
        {
            "dense on the channels, everything free", [-1, -1, -1], "MatMul_0", 3, ImageLayout.ChannelsLast,
            b => b.Weight("d", [3, 3], new float[9]).Node("MatMul", "x d", "a")
                .Node("Transpose", "a", "c", Last)
        },
        {
            "dense on the channels, turned", [13, 8, 8], "MatMul_1", 13, ImageLayout.ChannelsFirst,
            b => b.Weight("d", [13, 3], new float[39])
                .Node("Transpose", "x", "t", First).Node("MatMul", "t d", "a").Node("Transpose", "a", "c", Last)
        },
        {
            "dense on the rows", [13, 8, 9], "", null, ImageLayout.ChannelsFirst,
            b => b.Weight("d", [9, 8], new float[72]).Node("MatMul", "x d", "c")
        },
        {
            "dense on the short rows of colours", [3, 8, 4], "", null, ImageLayout.ChannelsFirst,
            b => b.Weight("d", [4, 8], new float[32]).Node("MatMul", "x d", "c")
        },
        {
            "dense by an Einsum", [20, 24, 13], "Einsum_0", 13, ImageLayout.ChannelsLast,
            b => b.Weight("d", [3, 13], new float[39]).Node("Einsum", "x d", "a", ("equation", "bhwc, dc -> bhwd"))
                .Node("Transpose", "a", "c", Last)
        },
    };

    private static (string, object) Last => ("perm", new long[] { 0, 3, 1, 2 });

    private static (string, object) First => ("perm", new long[] { 0, 2, 3, 1 });

    [Theory, MemberData(nameof(Before), DisableDiscoveryEnumeration = true)]
    public void What_comes_before_is_followed(
        string what, long[] image, string seenAt, long? channels, ImageLayout layout, Action<ModelBuilder> nodes)
    {
        var builder = new ModelBuilder().Input("x", [-1, .. image]).Weight("w", [4, 3, 1, 1], new float[12]);
        nodes(builder);
        // What nothing reads as channels ends in a dense layer over all of it.
        if (seenAt.Length == 0) builder.Node("Flatten", "c", "y");
        else builder.Node("Conv", "c w", "y");
        var found = LayoutFinder.Find(Explain.Read(builder.Results("y")));
        Assert.Equal((what, layout, seenAt.Length == 0 ? null : seenAt, channels), (what, found.Layout, found.SeenAt, found.Channels));
    }

    [Theory]
    [InlineData(new long[] { 28, 28, 1 }, ImageLayout.ChannelsLast)]
    [InlineData(new long[] { 28, 28, 3 }, ImageLayout.ChannelsLast)]
    [InlineData(new long[] { 1, 28, 28 }, ImageLayout.ChannelsFirst)]
    [InlineData(new long[] { 16, 4, 4 }, ImageLayout.ChannelsFirst)]
    [InlineData(new long[] { 28, 28, 28 }, ImageLayout.ChannelsFirst)]
    [InlineData(new long[] { 12, 14, 2 }, ImageLayout.ChannelsLast)]
    [InlineData(new long[] { 20, 24, 13 }, ImageLayout.ChannelsLast)]
    [InlineData(new long[] { 13, 20, 24 }, ImageLayout.ChannelsFirst)]
    [InlineData(new long[] { 64, 32, 24 }, ImageLayout.ChannelsFirst)]
    public void Where_nothing_reads_channels_the_shape_decides(long[] image, ImageLayout layout)
    {
        var found = LayoutFinder.Find(Explain.Read(new ModelBuilder().Input("x", [-1, .. image]).Node("Flatten", "x", "y").Results("y")));
        Assert.Equal((layout, null), (found.Layout, found.SeenAt));
    }

    [Fact]
    public void Channels_of_grouped_and_quantised_convolutions_are_counted()
    {
        var builder = new ModelBuilder().Input("x", -1, -1, -1, -1).Weight("s", [], 0.1f);
        builder.Graph.Initializer.Add(new SaliencyCluster.Onnx.Schema.TensorProto { Name = "w", DataType = 3, Dims = { 8, 2, 1, 1 }, RawData = Google.Protobuf.ByteString.CopyFrom(new byte[16]) });
        builder.Node("DequantizeLinear", "w s", "wf").Node("Conv", "x wf", "y", ("group", 4)).Results("y");
        Assert.Equal(8, LayoutFinder.Find(Explain.Read(builder)).Channels);
    }
}
