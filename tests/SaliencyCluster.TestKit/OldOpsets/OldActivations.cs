namespace SaliencyCluster.TestKit.OldOpsets;

/// <summary>Operators on each element, and those that were experimental.</summary>
public static partial class OldCases
{
    private static IEnumerable<OldCase> Activations()
    {
        yield return Each("Abs", Math.Abs);
        yield return Each("Clip", v => Math.Clamp(v, -0.5, 1), ("min", -0.5f), ("max", 1f));
        yield return Each("Elu", v => v > 0 ? v : 1.5 * (Math.Exp(v) - 1), ("alpha", 1.5f));
        yield return Each("Exp", Math.Exp);
        yield return Each("HardSigmoid", v => Math.Clamp((0.2f * v) + 0.5f, 0, 1));
        yield return Each("LeakyRelu", v => v > 0 ? v : v * 0.01f);
        yield return Each("Log", Math.Log) with { Positive = true };
        yield return Each("Neg", v => -v);
        yield return Each("Reciprocal", v => 1 / v);
        yield return Each("Relu", v => Math.Max(v, 0));
        yield return Each("Sigmoid", Sigmoid);
        yield return Each("Sqrt", Math.Sqrt) with { Positive = true };
        yield return Each("Tanh", Math.Tanh);
        foreach (var (op, f) in new (string, Func<double, double>)[] { ("Ceil", Math.Ceiling), ("Floor", Math.Floor) })
            yield return new(op, 1, 6, m => m.Node(op, "x", "f", ("consumed_inputs", new long[] { 0 })).Node("Mul", "x f", "y"), x =>
                [.. x.Select(v => v * f(v))]);
        foreach (var (op, f) in new (string, Func<double, double, double>)[] { ("Max", Math.Max), ("Min", Math.Min),
            ("Sum", (a, b) => a + b), ("Mean", (a, b) => (a + b) / 2) })
            yield return new(op, 1, 7, m => m.Weight("w", [1, 2, 2, 3], [.. Twelve.Select(w => w - 1)]).Node(op, "x w", "y"), x =>
                [.. x.Zip(Twelve, (v, w) => f(v, w - 1f))]);
        yield return new("InstanceNormalization", 1, 6,
            m => m.Weight("s", [2], 2, 3).Weight("b", [2], 1, -1).Node("InstanceNormalization", "x s b", "y", ("consumed_inputs",
                new long[] { 0, 0, 0 })),
            x => [.. x.Chunk(6).SelectMany((c, k) => Centred(c, 1e-5f).Select(v => (v * (k + 2)) + (k == 0 ? 1 : -1)))]);
        yield return new("Softmax: over all that follows", 1, 7, m => m.Node("Softmax", "x", "y"), x =>
            [.. x.Select(v => Math.Exp(v) / x.Sum(Math.Exp))]);
        yield return new("TopK", 1, 7, m => m.Node("TopK", "x", "y i", ("k", 1), ("axis", 3)), x => [.. x.Chunk(3).Select(r => r.Max())]);
        yield return new("Slice", 1, 7, m => m.Node("Slice", "x", "s", ("starts", new long[] { 0, 1 }), ("ends", new long[] { 1, 3 }),
            ("axes", new long[] { 1, 3 })).Node("Mul", "s s", "y"),
            x => [.. x[..6].Where((_, i) => i % 3 > 0).Select(v => v * v)]);
    }

    private static IEnumerable<OldCase> Experimental()
    {
        yield return Left("Affine", 10, x => [.. x.Select(v => (2 * v) + 3)], ("alpha", 2f), ("beta", 3f));
        yield return Left("Scale", 10, x => [.. x.Select(v => 2.5 * v)], ("scale", 2.5f));
        yield return Left("ParametricSoftplus", 10, x => [.. x.Select(v => 2 * Math.Log(1 + Math.Exp(0.5 * v)))], ("alpha", 2f),
            ("beta", 0.5f));
        yield return Left("ScaledTanh", 10, x => [.. x.Select(v => 2 * Math.Tanh(0.5 * v))], ("alpha", 2f), ("beta", 0.5f));
        yield return Left("ThresholdedRelu", 10, x => [.. x.Select(v => v > 0.5f ? v : 0)], ("alpha", 0.5f));
        yield return Left("ThresholdedRelu: default", 10, x => [.. x.Select(v => v > 1 ? v : 0)]);
        yield return Left("ImageScaler", 10, x => [.. x.Select((v, i) => (2 * v) + (i < 6 ? -1 : 1.5))], ("scale", 2f),
            ("bias", new[] { -1f, 1.5f }));
        yield return Left("Crop: border", 10, x => [x[4], x[10]], ("border", new long[] { 1, 1, 1, 0 }));
        yield return Left("Crop: size", 10, x => [x[1], x[2], x[7], x[8]], ("border", new long[] { 1, 0, 0, 0 }),
            ("scale", new long[] { 1, 2 }));
        yield return Left("MeanVarianceNormalization", 9, x => [.. x.Chunk(6).SelectMany(c => Centred(c, 0))]);
        yield return Left("MeanVarianceNormalization: across channels", 9, x => Centred(x, 0), ("across_channels", 1));
        yield return Left("MeanVarianceNormalization: mean only", 9, x => [.. x.Chunk(6).SelectMany(c => c.Select(v => v - c.Average()))],
            ("normalize_variance", 0));
    }

    private static OldCase Each(string op, Func<double, double> f, params (string, object)[] attributes) =>
        new(op, 1, 6, m => m.Node(op, "x", "y", [.. attributes, ("consumed_inputs", new long[] { 0 })]), x => [.. x.Select(f)]);

    private static OldCase Left(string name, int until, Func<double[], double[]> define, params (string, object)[] attributes) =>
        new(name, 1, until, m => m.Node(name.Split(':')[0], "x", "y", attributes), define);

    private static double[] Centred(double[] x, double epsilon)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + epsilon);
        return [.. x.Select(v => (v - mean) / deviation)];
    }
}
