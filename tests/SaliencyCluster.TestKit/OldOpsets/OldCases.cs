namespace SaliencyCluster.TestKit.OldOpsets;

/// <summary>Nodes as opsets 1 to 6 (and, where they left later, up to 9) have them.</summary>
public static partial class OldCases
{
    private static readonly float[] Twelve = [.. Enumerable.Range(0, 12).Select(i => 0.3f + (0.17f * (i * 5 % 12)))];
    private static readonly float[] Six = Twelve[..6];

    public static IReadOnlyList<OldCase> All { get; } = [.. Broadcasts(), .. Attributes(), .. Activations(), .. Experimental()];

    private static IEnumerable<OldCase> Broadcasts()
    {
        yield return Second("Add: channels", "Add", [2], (a, b) => a + b, i => i / 6, ("broadcast", 1), ("axis", 1));
        yield return Second("Sub: channels", "Sub", [2], (a, b) => a - b, i => i / 6, ("broadcast", 1), ("axis", 1));
        yield return Second("Mul: channels and rows", "Mul", [2, 2], (a, b) => a * b, i => i / 3, ("broadcast", 1), ("axis", 1));
        yield return Second("Div: rows", "Div", [2], (a, b) => a / b, i => i / 3 % 2, ("broadcast", 1), ("axis", 2));
        yield return Second("Add: columns", "Add", [3], (a, b) => a + b, i => i % 3, ("broadcast", 1));
        yield return Second("Mul: last axes by -1", "Mul", [2, 3], (a, b) => a * b, i => i % 6, ("broadcast", 1), ("axis", -1));
        yield return Second("Mul: whole from the first axis", "Mul", [1, 2, 2, 3], (a, b) => a * b, i => i, ("broadcast", 1), ("axis", 0));
        yield return Second("Mul: equal shapes", "Mul", [1, 2, 2, 3], (a, b) => a * b, i => i);
        yield return Second("Div: one number", "Div", [1], (a, b) => a / b, _ => 0, ("broadcast", 1));
        yield return Second("Sub: one number at an axis", "Sub", [1], (a, b) => a - b, _ => 0, ("broadcast", 1), ("axis", 1));
        yield return Second("Pow: channels", "Pow", [2], Math.Pow, i => i / 6, ("broadcast", 1), ("axis", 1)) with { Positive = true };
        yield return new("Div: the image second", 1, 7,
            m => m.Weight("w", [1, 2, 2, 3], Twelve).Node("ReduceMean", "x", "r", ("axes", new long[] { 0, 2, 3 }), ("keepdims", 0))
                .Node("Div", "w r", "y", ("broadcast", 1), ("axis", 1)),
            x => Twelve.Select((w, i) => w / x.Skip(i / 6 * 6).Take(6).Average()).ToArray()) { Positive = true };
        foreach (var (op, holds) in new[] { ("Greater", 1), ("Less", -1) })
            yield return new(op + ": channels", 1, 7,
                m => m.Weight("w", [2], 0.5f, 0.8f).Node(op, "x w", "b", ("broadcast", 1), ("axis", 1))
                    .Node("Cast", "b", "f", Number(m, 1)).Node("Mul", "x f", "y"),
                x => x.Select((v, i) => Math.Sign(v - (float)(i < 6 ? 0.5f : 0.8f)) == holds ? v : 0).ToArray());
        yield return new("Equal: rows", 1, 7,
            m => m.Initializer("w", Onnx.ConstantTensor.Of([2], 0L, 1L)).Node("Cast", "x", "i", Number(m, 7))
                .Node("Equal", "i w", "b", ("broadcast", 1), ("axis", 2)).Node("Cast", "b", "f", Number(m, 1)).Node("Mul", "x f", "y"),
            x => x.Select((v, i) => (long)v == i / 3 % 2 ? v : 0).ToArray());
        foreach (var (op, holds) in new (string, Func<bool, bool, bool>)[] { ("And", (a, b) => a && b), ("Or", (a, b) => a || b),
            ("Xor", (a, b) => a ^ b) })
            yield return new(op + ": columns", 1, 7,
                m => m.Weight("w", [1], 0.5f).Initializer("k", new(new(Onnx.ElementType.Bool, [3]), new byte[] { 1, 0, 1 }))
                    .Node("Greater", "x w", "b", ("broadcast", 1)).Node(op, "b k", "c", ("broadcast", 1), ("axis", 3))
                    .Node("Cast", "c", "f", Number(m, 1)).Node("Mul", "x f", "y"),
                x => x.Select((v, i) => holds(v > 0.5, i % 3 != 1) ? v : 0).ToArray());
        foreach (var (c, flags) in new (long[], (string, object)[])[] { ([4], [("broadcast", 1)]), ([1, 4], []) })
            yield return new(flags.Length == 0 ? "Gemm: C as it is" : "Gemm: C for every row", 1, 7,
                m => m.Node("Flatten", "x", "v").Weight("w", [4, 12], [.. Twelve, .. Twelve.Reverse(),
                    .. Twelve.Skip(3).Concat(Twelve.Take(3)), .. Six, .. Six])
                    .Weight("c", c, 1, 2, 3, 4).Node("Gemm", "v w c", "y", [("transB", 1), ("beta", 0.5f), .. flags]),
                x =>
                {
                    float[][] rows = [Twelve, [.. Twelve.Reverse()], [.. Twelve.Skip(3), .. Twelve.Take(3)], [.. Six, .. Six]];
                    return rows.Select((r, k) => r.Zip(x, (w, v) => w * v).Sum() + (0.5 * (k + 1))).ToArray();
                });
        yield return new("PRelu: a slope for each channel", 1, 7, m => m.Weight("s", [2], 0.1f, 0.3f).Node("PRelu", "x s", "y"),
            x => x.Select((v, i) => v > 0 ? v : v * (i < 6 ? 0.1f : 0.3f)).ToArray());
        yield return new("PRelu: one slope", 1, 7, m => m.Weight("s", [1], 0.2f).Node("PRelu", "x s", "y"), x => x
            .Select(v => v > 0 ? v : v * 0.2f).ToArray());
    }

    private static IEnumerable<OldCase> Attributes()
    {
        foreach (var (kind, flags) in new (string, (string, object)[])[] { ("in evaluation", [("is_test", 1)]),
            ("without a word of it", []), ("spatial", [("is_test", 1), ("spatial", 1)]) })
            yield return new("BatchNormalization: " + kind, 1, 7, m => Statistics(m, 2)
                .Node("BatchNormalization", "x s b m v", "y", flags), x => Normalized(x, i => i / 6));
        yield return new("BatchNormalization: with outputs of training", 1, 7,
            m => Statistics(m, 2).Node("BatchNormalization", "x s b m v", "y m2 v2 m3 v3", ("is_test", 1)), x => Normalized(x, i => i / 6));
        yield return new("BatchNormalization: elements", 1, 9, m => Statistics(m, 2, 2, 3)
            .Node("BatchNormalization", "x s b m v", "y", ("spatial", 0)), x => Normalized(x, i => i));
        yield return new("BatchNormalization: elements in a row", 1, 9, m => Statistics(m, 12)
            .Node("BatchNormalization", "x s b m v", "y", ("spatial", 0), ("epsilon", 0.1f)), x => Normalized(x, i => i, 0.1f));
        yield return new("BatchNormalization: channels whatever it says", 1, 9, m => Statistics(m, 2)
            .Node("BatchNormalization", "x s b m v", "y", ("spatial", 0)), x => Normalized(x, i => i / 6));
        yield return new("Cast", 1, 6, m => m.Node("Cast", "x", "d", ("to", "DOUBLE")).Node("Cast", "d", "f", ("to", "float"))
            .Node("Mul", "x f", "y"), x => x.Select(v => v * v).ToArray());
        yield return new("Concat: along channels", 1, 4, m => m.Node("Neg", "x", "n").Node("Concat", "x n", "y"), x =>
            [.. x, .. x.Select(v => -v)]);
        yield return new("Concat: along rows", 1, 4, m => m.Node("Neg", "x", "n").Node("Concat", "x n", "y", ("axis", 2)),
            x => [.. x[..6], .. x[..6].Select(v => -v), .. x[6..], .. x[6..].Select(v => -v)]);
        yield return new("Dropout: in evaluation", 1, 7, m => m.Node("Dropout", "x", "d", ("is_test", 1), ("ratio", 0.5f),
            ("consumed_inputs", new long[] { 0 })).Node("Abs", "d", "y"), x => x.Select(Math.Abs).ToArray());
        yield return new("Dropout: with a mask", 1, 7, m => m.Node("Dropout", "x", "d mask").Node("Abs", "d", "y"), x => x
            .Select(Math.Abs).ToArray());
        yield return new("GlobalLpPool", 1, 2, m => m.Node("GlobalLpPool", "x", "y", ("p", 3f)), x =>
            [.. x.Chunk(6).Select(c => Math.Pow(c.Sum(v => Math.Pow(Math.Abs(v), 3)), 1 / 3.0))]);
        yield return new("LpPool", 1, 2, m => m.Node("LpPool", "x", "y", ("kernel_shape", new long[] { 2, 3 })), x =>
            [.. x.Chunk(6).Select(c => Math.Sqrt(c.Sum(v => v * v)))]);
        foreach (var (name, from, until) in new[] { ("paddings", 1, 2), ("pads", 2, 7) })
            yield return new("Pad: by " + name, from, until, m => m.Node("Pad", "x", "y", (name, new long[] { 0, 0, 0, 1, 0, 0, 0, 1 }),
                ("value", 0.25f)),
                x => [.. x.Chunk(3).SelectMany(r => (double[])[0.25, .. r, 0.25])]);
        yield return new("Pad: mirrored", 1, 2, m => m.Node("Pad", "x", "y", ("paddings", new long[] { 0, 0, 0, 2, 0, 0, 0, 0 }), ("mode",
            "reflect")),
            x => [.. x.Chunk(3).SelectMany(r => (double[])[r[2], r[1], .. r])]);
        yield return new("Reshape", 1, 5, m => m.Node("Transpose", "x", "t", ("perm", new long[] { 0, 2, 3, 1 }))
            .Node("Reshape", "t", "y", ("shape", new long[] { 0, -1 }), ("consumed_inputs", new long[] { 0 })),
            x => [.. Enumerable.Range(0, 6).SelectMany(p => (double[])[x[p], x[6 + p]])]);
        yield return new("Selu", 1, 6, m => m.Node("Selu", "x", "y"), x =>
            [.. x.Select(v => 1.0507f * (v > 0 ? v : 1.6732f * (Math.Exp(v) - 1)))]);
        yield return new("Selu: own numbers", 1, 6, m => m.Node("Selu", "x", "y", ("alpha", 1.5f), ("gamma", 2f)), x =>
            [.. x.Select(v => 2 * (v > 0 ? v : 1.5 * (Math.Exp(v) - 1)))]);
        yield return new("Split: equal", 1, 2, m => m.Node("Split", "x", "a b", ("axis", 1)).Node("Mul", "a b", "y"), x =>
            [.. x[..6].Zip(x[6..], (a, b) => a * b)]);
        yield return new("Split: sizes", 1, 7, m => m.Node("Split", "x", "a b", ("axis", 3), ("split", new long[] { 1, 2 }))
            .Node("Mul", "b b", "y"), x => [.. x.Where((_, i) => i % 3 > 0).Select(v => v * v)]);
        yield return new("Split: sizes as an input", 1, 2, m => m.Weight("s", [2], 2, 1).Node("Split", "x s", "a b", ("axis", 3))
            .Node("Mul", "a a", "y"), x => [.. x.Where((_, i) => i % 3 < 2).Select(v => v * v)]);
        foreach (var at in new[] { 1, -1 })
            yield return new($"Tile: along axis {at}", 1, 6, m => m.Weight("n", [], 2).Weight("a", [1], at).Node("Tile", "x n a", "y"),
                x => at == 1 ? [.. x, .. x] : [.. x.Chunk(3).SelectMany(r => (double[])[.. r, .. r])]);
        yield return new("Tile: counts of integers", 1, 6, m => m.Initializer("n", Onnx.ConstantTensor.Of([], 3L))
            .Initializer("a", Onnx.ConstantTensor.Of([], 1L)).Node("Tile", "x n a", "y"), x => [.. x, .. x, .. x]);
        yield return new("Upsample: nearest", 1, 7, m => m.Node("Upsample", "x", "y", ("height_scale", 2f), ("width_scale", 3f)),
            x => [.. x.Chunk(3).SelectMany(r => Enumerable.Repeat(r.SelectMany(v => Enumerable.Repeat(v, 3)), 2).SelectMany(v => v))]);
        yield return new("Upsample: bilinear", 1, 7, m => m.Node("Upsample", "x", "y", ("height_scale", 1f), ("width_scale", 2f), ("mode",
            "bilinear")),
            x => [.. x.Chunk(3).SelectMany(r => (double[])[r[0], (r[0] + r[1]) / 2, r[1], (r[1] + r[2]) / 2, r[2], r[2]])]);
        yield return new("Upsample: scales", 1, 7, m => m.Node("Upsample", "x", "y", ("scales", new float[] { 1, 1, 1, 2 }), ("mode",
            "nearest")), x => [.. x.SelectMany(v => (double[])[v, v])]);
        foreach (var (op, gates) in new[] { ("RNN", 1), ("GRU", 3), ("LSTM", 4) })
            yield return new($"{op}: backwards", 1, 7,
                m => m.Node("Squeeze", "x", "q", ("axes", new long[] { 1 })).Node("Transpose", "q", "t", ("perm", new long[] { 1, 0, 2 }))
                    .Weight("w", [1, gates, 3], [.. Twelve[..(gates * 3)]]).Weight("r", [1, gates, 1], [.. Six[..gates]])
                    .Node(op, "t w r", "s h", ("hidden_size", 1), ("direction", "reverse"), ("output_sequence", 1))
                        .Node("Squeeze", "s", "y", ("axes", new long[] { 1, 2 })),
                x => Recurrent(op, x)) { Image = [1, 4, 3] };
    }

    private static ModelBuilder Statistics(ModelBuilder m, params long[] shape)
    {
        var n = (int)shape.Aggregate(1L, (a, b) => a * b);
        return m.Weight("s", shape, Twelve[..n]).Weight("b", shape, [.. Twelve[..n].Select(v => v - 1)])
            .Weight("m", shape, [.. Twelve[..n].Reverse()]).Weight("v", shape, [.. Twelve[..n].Select(v => v * v)]);
    }

    private static double[] Normalized(double[] x, Func<int, int> at, float epsilon = 1e-5f)
    {
        var n = at(11) + 1;
        return [.. x.Select((v, i) => at(i) is var k
            ? (Twelve[k] * (v - Twelve[n - 1 - k]) / Math.Sqrt((double)(Twelve[k] * Twelve[k]) + epsilon)) + (Twelve[k] - 1) : 0)];
    }

    private static double[] Recurrent(string op, double[] x)
    {
        var (h, c, y) = (0.0, 0.0, new double[4]);
        for (var t = 3; t >= 0; t--)
        {
            double Gate(int g, double state) => Enumerable.Range(0, 3).Sum(i => Twelve[(3 * g) + i] * x[(3 * t) + i]) + (Six[g] * state);
            if (op == "RNN") h = Math.Tanh(Gate(0, h));
            else if (op == "GRU")
            {
                var (z, r) = (Sigmoid(Gate(0, h)), Sigmoid(Gate(1, h)));
                h = ((1 - z) * Math.Tanh(Gate(2, r * h))) + (z * h);
            }
            else
            {
                c = (Sigmoid(Gate(2, h)) * c) + (Sigmoid(Gate(0, h)) * Math.Tanh(Gate(3, h)));
                h = Sigmoid(Gate(1, h)) * Math.Tanh(c);
            }
            y[t] = h;
        }
        return y;
    }

    private static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));

    private static OldCase Second(string name, string op, long[] shape, Func<double, double, double> f, Func<int, int> at,
        params (string, object)[] flags) =>
        new(name, 1, 7, m => m.Weight("w", shape, Twelve[..(int)shape.Aggregate(1L, (a, b) => a * b)]).Node(op, "x w", "y", flags),
            x => [.. x.Select((v, i) => f(v, Twelve[at(i)]))]);

    // A type by its name before opset 6.
    private static (string, object) Number(ModelBuilder m, int type) =>
        ("to", m.Proto.OpsetImport[0].Version < 6 ? type == 1 ? "FLOAT" : "INT64" : type);
}
