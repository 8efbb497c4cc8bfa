using SaliencyCluster.Client.Images;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Fuzzing;
using SaliencyCluster.TestKit.Hostile;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>Models: small files that ask for much, broken files, attributes out of range. One that is accepted explains an image.</summary>
internal static class ModelInputs
{
    private static readonly string[] External =
        ["/etc/passwd", "../../../../etc/passwd", "..\\..\\keys.json", "/dev/zero", "/proc/self/environ", "keys.json", "", ".",
            "file:///etc/passwd"];

    private const int Mutations = 100, Cuts = 20;

    public static IEnumerable<HostileInput> All =>
    [
        .. HostileModels.Names.Select(n => Of(n, () => HostileModels.Of(n).File)),
        .. Enumerable.Range(0, Mutations).Select(i => Of($"mutation {i}", () => new ModelMutator(FuzzTarget.Corpus, 2026).Next(i))),
        .. Enumerable.Range(1, Cuts).Select(i =>
            Of($"cut off at {i} of {Cuts + 1}", () => FuzzTarget.Corpus[0][..(FuzzTarget.Corpus[0].Length * i / (Cuts + 1))])),
        .. Nodes.Select(n => Of(n.Name, () => n.Make().ToBytes())),
    ];

    private static readonly (string Name, Func<ModelBuilder> Make)[] Nodes =
    [
        ("kernel of 0", () => Node("MaxPool", "x", ("kernel_shape", new long[] { 0, 0 }))),
        ("kernel of -3", () => Node("MaxPool", "x", ("kernel_shape", new long[] { -3, -3 }))),
        ("kernel of 2^62", () => Node("AveragePool", "x", ("kernel_shape", new long[] { 1L << 62, 1L << 62 }))),
        ("strides of 0", () => Node("MaxPool", "x", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 0, 0 }))),
        ("pads of -2^40", () => Node("MaxPool", "x", ("kernel_shape", new long[] { 2, 2 }), ("pads", new long[] { -1L << 40, 0, 0, 0 }))),
        ("pads of 2^62", () => Node("MaxPool", "x", ("kernel_shape", new long[] { 2, 2 }),
            ("pads", new long[] { 1L << 62, 1L << 62, 1L << 62, 1L << 62 }))),
        ("group of 0", () => Conv(("group", 0))),
        ("group of 7", () => Conv(("group", 7))),
        ("dilations of 2^31", () => Conv(("dilations", new long[] { 1L << 31, 1L << 31 }))),
        ("dilations of -1", () => Conv(("dilations", new long[] { -1, -1 }))),
        ("kernel_shape of another rank", () => Conv(("kernel_shape", new long[] { 3 }))),
        ("attribute of another type", () => Conv(("strides", "two"))),
        ("Reshape to -1, -1", () => Image().Longs("s", -1, -1).Node("Reshape", "x s", "y").Results("y")),
        ("Reshape to more elements", () => Image().Longs("s", 7, 7, 7).Node("Reshape", "x s", "y").Results("y")),
        ("Reshape to 2^62 and 4", () => Image().Longs("s", 1L << 62, 4).Node("Reshape", "x s", "y").Results("y")),
        ("Slice with a step of 0", () =>
            Image().Longs("b", 0).Longs("e", 4).Longs("a", 2).Longs("t", 0).Node("Slice", "x b e a t", "y").Results("y")),
        ("Slice along axis 9", () => Image().Longs("b", 0).Longs("e", 4).Longs("a", 9).Node("Slice", "x b e a", "y").Results("y")),
        ("Gather beyond the end", () => Image().Longs("i", 1000).Node("Gather", "x i", "y", ("axis", 2)).Results("y")),
        ("Concat of shapes that differ", () =>
            Image().Weight("w", [1, 1, 3, 3], new float[9]).Node("Concat", "x w", "y", ("axis", 1)).Results("y")),
        ("MatMul of shapes that differ", () => Image().Weight("w", [5, 2], new float[10]).Node("MatMul", "x w", "y").Results("y")),
        ("TopK of more than there are", () => Image().Longs("k", 1000).Node("TopK", "x k", "y i").Results("y")),
        ("TopK of -1", () => Image().Longs("k", -1).Node("TopK", "x k", "y i").Results("y")),
        ("Transpose of axes twice", () => Image().Node("Transpose", "x", "y", ("perm", new long[] { 0, 0, 1, 1 })).Results("y")),
        ("Softmax along axis 99", () => Image().Node("Softmax", "x", "y", ("axis", 99)).Results("y")),
        ("Split in parts that do not add up", () => Image().Longs("p", 5, 5).Node("Split", "x p", "y z", ("axis", 2)).Results("y")),
        ("Resize by 10^9", () => Image().Weight("s", [4], 1, 1, 1e9f, 1e9f).Node("Resize", "x _ s", "y").Results("y")),
        ("Resize by NaN", () => Image().Weight("s", [4], 1, 1, float.NaN, 1).Node("Resize", "x _ s", "y").Results("y")),
        ("Resize by -1", () => Image().Weight("s", [4], 1, 1, -1, -1).Node("Resize", "x _ s", "y").Results("y")),
        ("Tile 2^40 times", () => Image().Longs("n", 1, 1, 1L << 40, 1L << 40).Node("Tile", "x n", "y").Results("y")),
        ("Expand to negative sizes", () => Image().Longs("n", -5, -5, 28, 28).Node("Expand", "x n", "y").Results("y")),
        ("Einsum of nonsense", () => Image().Node("Einsum", "x", "y", ("equation", "((((->")).Results("y")),
        ("Einsum of 100 KB", () => Image().Node("Einsum", "x", "y", ("equation", new string('b', 100_000))).Results("y")),
        ("Cast to type 77", () => Image().Node("Cast", "x", "y", ("to", 77)).Results("y")),
        ("Cast to text", () => Image().Node("Cast", "x", "y", ("to", 8)).Results("y")),
        ("a node that reads itself", () => Image().Node("Add", "x y", "y").Results("y")),
        ("nodes that read each other", () => Image().Node("Add", "x z", "y").Node("Add", "x y", "z").Results("z")),
        ("two nodes of one output", () => Image().Node("Relu", "x", "y").Node("Tanh", "x", "y").Results("y")),
        ("an output that nothing makes", () => Image().Node("Relu", "x", "y").Results("nothing")),
        ("no node", () => Image().Results("x")),
        ("no output", () => Image().Node("Relu", "x", "y")),
        ("no input", () => new ModelBuilder().Longs("s", 1, 4).Node("ConstantOfShape", "s", "y").Results("y")),
        ("opset 0", () => With(new ModelBuilder(0))),
        ("opset 999", () => With(new ModelBuilder(999))),
        ("opset -1", () => With(new ModelBuilder(-1))),
        ("domain of nobody", () => Image().Node("evil.example:Run", "x", "y").Results("y")),
        ("name of 1 MB", () => Image().Node("Relu", "x", new string('n', 1 << 20)).Results(new string('n', 1 << 20))),
        ("names of control characters", () => Image().Node("Relu", "x", "\u0001\u001b[31m\n").Results("\u0001\u001b[31m\n")),
        ("weights of NaN", () => Image().Weight("w", [1, 1, 3, 3], [.. Enumerable.Repeat(float.NaN, 9)]).Node("Conv", "x w",
            "y").Results("y")),
        ("95,000 Relu", Deep),
        ("If in If, 300 deep", Nested),
        ("a function that calls itself", Recursive),
        ("values of text", () => Typed(8)),
        ("values of complex numbers", () => Typed(14)),
        ("values of an unknown type", () => Typed(99)),
        ("dimensions of 2^40", () => Image().Weight("w", [1L << 40, 1L << 40], 1).Node("Add", "x w", "y").Results("y")),
        ("dimensions whose product is 2^64", () => Image().Weight("w", [1L << 32, 1L << 32], 1).Node("Add", "x w", "y").Results("y")),
        ("dimensions of -4", () => Image().Weight("w", [-4, -4], new float[16]).Node("Add", "x w", "y").Results("y")),
        ("fewer bytes than elements", () => Image().Weight("w", [1, 1, 28, 28], new float[3]).Node("Add", "x w", "y").Results("y")),
        .. External.Select(path => ($"data in {path}", (Func<ModelBuilder>)(() => Outside(path)))),
    ];

    private static HostileInput Of(string name, Func<byte[]> file) => new("models", name, async to =>
    {
        var model = await to.Client.Models.AddAsync("hostile", new MemoryStream(file()), cancellation: to.Cancellation);
        long[] shape = [.. model.ImageShape.Select(d => d > 0 ? d : 8)];
        var values = new float[shape.Aggregate(1L, (n, d) => n * d)];
        Array.Fill(values, 0.5f);
        await to.Client.ExplainToEndAsync("hostile", new() { Method = "gradient" }, ImageInput.FromTensor("x", shape, values),
            to.Cancellation);
    });

    private static ModelBuilder Image() => new ModelBuilder().Input("x", 1, 1, 28, 28);

    private static ModelBuilder With(ModelBuilder model) => model.Input("x", 1, 1, 28, 28).Node("Relu", "x", "y").Results("y");

    private static ModelBuilder Node(string op, string inputs, params (string, object)[] attributes) =>
        Image().Node(op, inputs, "y", attributes).Results("y");

    private static ModelBuilder Conv(params (string, object)[] attributes) =>
        Image().Weight("w", [1, 1, 3, 3], new float[9]).Node("Conv", "x w", "y", attributes).Results("y");

    private static ModelBuilder Deep()
    {
        var model = Image();
        for (var i = 0; i < 95_000; i++) model.Node("Relu", i == 0 ? "x" : $"r{i - 1}", $"r{i}");
        return model.Results("r94999");
    }

    private static ModelBuilder Nested()
    {
        var inner = new ModelBuilder().Node("Relu", "x", "y").Results("y");
        for (var i = 0; i < 300; i++) inner = new ModelBuilder()
            .Node("If", "c", "y", ("then_branch", inner.Graph), ("else_branch", inner.Graph.Clone())).Results("y").Thin(i);
        inner.Input("x", 1, 1, 28, 28);
        inner.Graph.Initializer.Add(new Onnx.Schema.TensorProto { Name = "c", DataType = 9,
            RawData = Google.Protobuf.ByteString.CopyFrom(1) });
        return inner;
    }

    // Both branches all the way down would double with every level.
    private static ModelBuilder Thin(this ModelBuilder model, int level)
    {
        if (level == 0) return model;
        var other = model.Graph.Node[0].Attribute.Single(a => a.Name == "else_branch");
        other.G = new ModelBuilder().Node("Relu", "x", "y").Results("y").Graph;
        return model;
    }

    private static ModelBuilder Recursive()
    {
        var model = Image().Node("own:F", "x", "y").Results("y");
        var function = new Onnx.Schema.FunctionProto { Name = "F", Domain = "own", Input = { "a" }, Output = { "b" } };
        function.Node.Add(new Onnx.Schema.NodeProto { OpType = "F", Domain = "own", Input = { "a" }, Output = { "b" } });
        model.Proto.Functions.Add(function);
        return model;
    }

    private static ModelBuilder Typed(int element)
    {
        var model = Image().Weight("w", [2], 1, 2).Node("Add", "x w", "y").Results("y");
        model.Graph.Initializer[0].DataType = element;
        return model;
    }

    private static ModelBuilder Outside(string path)
    {
        var model = Image().Weight("w", [1, 1, 28, 28]).Node("Add", "x w", "y").Results("y");
        var tensor = model.Graph.Initializer[0];
        tensor.ClearRawData();
        tensor.DataLocation = Onnx.Schema.TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new Onnx.Schema.StringStringEntryProto { Key = "location", Value = path });
        return model;
    }
}
