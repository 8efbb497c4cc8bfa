namespace SaliencyCluster.TestKit.Hostile;

/// <summary>Small files that ask for much: each killed a process, or is a sibling of one that did.</summary>
public static class HostileModels
{
    private static readonly (string Name, string Code, Func<byte[]> Make)[] Rows =
    [
        ("100 tensors of 2^26 floats", "SAL1020", () => Constants(100, 1 << 26)),
        ("3000 tensors of 2^22 floats", "SAL1020", () => Constants(3000, 1 << 22)),
        ("convolution with pads of 7,000", "SAL1020", () => Image().Weight("w", [1, 1, 3, 3], new float[9]).Node("Conv", "x w", "c", ("pads", P(7000))).Bytes("c")),
        ("kernel of 4000x4000 over an image padded to 8000x8000", "SAL1021", BigKernel),
        ("window of a pool of 4000x4000", "SAL1021", () => Padded(3986).Node("MaxPool", "p", "c", ("kernel_shape", new long[] { 4000, 4000 })).Bytes("c")),
        ("dilations of 4,000", "SAL1020", () => Image().Weight("w", [4, 1, 3, 3], new float[36])
            .Node("Conv", "x w", "c", ("dilations", new long[] { 4000, 4000 }), ("pads", P(8000))).Bytes("c")),
        ("transposed convolution with strides of 500", "SAL1020", () => Image().Weight("w", [1, 1, 3, 3], new float[9])
            .Node("ConvTranspose", "x w", "c", ("strides", new long[] { 500, 500 })).Bytes("c")),
        ("image of 3x15000x15000", "SAL1002", () => new ModelBuilder().Input("x", 1, 3, 15_000, 15_000).Node("Relu", "x", "r").Bytes("r")),
        ("image of 3x2^31x2^31", "SAL1002", () => new ModelBuilder().Input("x", 1, 3, 1L << 31, 1L << 31).Node("Relu", "x", "r").Bytes("r")),
        ("Resize to 16000x16000", "SAL1020", () => Image().Longs("sizes", 1, 1, 16_000, 16_000).Node("Resize", "x _ _ sizes", "c", ("mode", "nearest")).Bytes("c")),
        ("Tile to 15988x15988", "SAL1020", () => Image().Longs("n", 1, 1, 571, 571).Node("Tile", "x n", "c").Bytes("c")),
        ("Expand to 2^28", "SAL1020", () => Image().Longs("n", 340_000, 1, 28, 28).Node("Expand", "x n", "c").Node("ReduceMax", "c", "d", ("axes", new long[] { 0 })).Bytes("d")),
        ("Pad to 16028x16028", "SAL1020", () => Padded(8000).Bytes("p")),
        ("Gather of 16,000 rows and columns", "SAL1020", () => Image().Longs("i", new long[16_000]).Node("Gather", "x i", "g", ("axis", 2)).Node("Gather", "g i", "c", ("axis", 3)).Bytes("c")),
        ("products of 8192x8192", "SAL1021", Products),
        ("Einsum over six indices", "SAL1020", () => Image().Node("Einsum", "x x x", "c", ("equation", "bchw,bcij,bckl->bchw")).Bytes("c")),
        ("OneHot of depth 340,000", "SAL1020", () => Image().Longs("shape", 784).Node("Reshape", "x shape", "f").Node("Cast", "f", "i", ("to", 7))
            .Longs("depth", 340_000).Weight("v", [2], 0, 1).Node("OneHot", "i depth v", "c").Node("Relu", "c", "r")
                .Node("ReduceMax", "r", "m", ("axes", new long[] { 1 })).Longs("back", 1, 784)
                    .Node("Reshape", "m back", "y").Output("y", 1, 784).ToBytes()),
        ("loop of 2^30 steps that do nothing", "SAL1002", () => Image().Longs("n", 1 << 30).Node("Loop", "n _ x", "c", ("body", ModelBuilder.Step("i", "go", "s").Results("go", "s").Graph)).Bytes("c")),
        ("recurrent layer over 10^6 steps", "SAL1109", () => Image().Longs("shape", 1_000_000, 1, 1).Weight("w", [1, 4, 1], new float[4])
            .Node("ReduceMax", "x", "m", ("keepdims", 0)).Node("Expand", "m shape", "s")
                .Node("LSTM", "s w w", "c", ("hidden_size", 1)).Bytes("c")),
        ("3,900,000 empty initializers", "SAL1002", () => Wire(7, Repeated(0x2a, 3_900_000))),
        ("3,900,000 empty nodes", "SAL1002", () => Wire(7, Repeated(0x0a, 3_900_000))),
        ("3,900,000 empty attributes", "SAL1002", () => Wire(7, Wire(1, Repeated(0x2a, 3_900_000)))),
        ("1,900,000 empty inputs", "SAL1001", () => Wire(7, Repeated(0x5a, 1_900_000))),
        ("1,300,000 empty functions", "SAL1002", () => [.. Enumerable.Range(0, 1_300_000).SelectMany(_ => new byte[] { 0xca, 0x01, 0 })]),
        ("a name of 300 MB", "SAL1002", () => Wire(2, new byte[300 << 20])),
    ];

    public static IReadOnlyList<string> Names => [.. Rows.Select(r => r.Name)];

    public static (string Code, byte[] File) Of(string name) => Rows.Where(r => r.Name == name).Select(r => (r.Code, r.Make())).Single();

    private static long[] P(long pad) => [pad, pad, pad, pad];

    private static ModelBuilder Image() => new ModelBuilder().Input("x", 1, 1, 28, 28);

    private static ModelBuilder Padded(long pad) => Image().Longs("pads", 0, 0, pad, pad, 0, 0, pad, pad).Node("Pad", "x pads", "p");

    // Ends in a Relu of what is large and a mean, so that two large tensors live at once and the output is small.
    private static byte[] Bytes(this ModelBuilder model, string last) =>
        model.Node("Relu", last, "last_relu")
            .Node("ReduceMean", "last_relu", "y", ("axes", new long[] { 2, 3 }), ("keepdims", 0)).Results("y").ToBytes();

    private static byte[] Constants(int count, long elements)
    {
        var model = Image().Longs("n", elements);
        for (var i = 0; i < count; i++) model.Node("ConstantOfShape", "n", $"c{i}").Node("ReduceMax", $"c{i}", $"s{i}", ("keepdims", 0))
            .Node("Add", $"{(i == 0 ? "x" : $"a{i - 1}")} s{i}", $"a{i}");
        return model.Bytes($"a{count - 1}");
    }

    private static byte[] BigKernel() =>
        Padded(3986).Longs("k", 1, 1, 4000, 4000).Node("ConstantOfShape", "k", "w").Node("Conv", "p w", "c").Bytes("c");

    private static byte[] Products()
    {
        var model = Image().Longs("shape", 1, 784).Node("Reshape", "x shape", "f")
            .Node("ReduceMax", "f", "m", ("axes", new long[] { 1 })).Longs("n", 8192, 8192).Node("Expand", "m n", "p0");
        for (var i = 0; i < 20; i++) model.Node("MatMul", $"p{i} p{i}", $"p{i + 1}");
        return model.Longs("four", 1, 1, 8192, 8192).Node("Reshape", "p20 four", "c").Bytes("c");
    }

    private static byte[] Repeated(byte tag, int count)
    {
        var bytes = new byte[2 * count];
        for (var i = 0; i < bytes.Length; i += 2) bytes[i] = tag;
        return bytes;
    }

    private static byte[] Wire(int field, byte[] content)
    {
        var bytes = new List<byte> { (byte)(field << 3 | 2) };
        for (var length = content.Length; ; length >>= 7)
        {
            bytes.Add((byte)(length & 0x7f | (length > 0x7f ? 0x80 : 0)));
            if (length <= 0x7f) break;
        }
        return [.. bytes, .. content];
    }
}
