using System.Globalization;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Upgrading;

/// <summary>Operators whose attributes were renamed, became inputs, or had other defaults.</summary>
internal static class AttributeUpgrades
{
    private const string Unused = "`consumed_inputs` goes";

    public static readonly Upgrade[] All =
    [
        .. from op in (string[])
            [
                "Abs", "Ceil", "Clip", "Elu", "Exp", "Floor", "HardSigmoid", "InstanceNormalization", "LeakyRelu", "Log", "Max",
                "Mean", "Min", "Neg", "Reciprocal", "Relu", "Sigmoid", "Sqrt", "Sum", "Tanh",
            ]
            select new Upgrade(op, 1, op is "Max" or "Mean" or "Min" or "Sum" ? 7 : 6, Unused, u => u.Drop("consumed_inputs")),
        .. from op in (string[])["GRU", "LSTM", "RNN"]
            select new Upgrade(op, 1, 7, "`output_sequence` goes", u => u.Drop("output_sequence")),
        new("BatchNormalization", 1, 9, "`is_test` must not be 0; `spatial` 0 is written as arithmetic", BatchNormalization),
        new("Cast", 1, 6, "the name of a type becomes its number", Cast),
        new("Concat", 1, 4, "`axis` is 1 where it is not given", u => u.Set("axis", u.Node.Int("axis", 1))),
        new("Dropout", 1, 7, "`is_test` must not be 0", Dropout),
        new("GlobalLpPool", 1, 2, "`p` becomes whole", WholePower),
        new("LpPool", 1, 2, "`p` becomes whole", WholePower),
        new("Pad", 1, 2, "`paddings` is called `pads`", Pad),
        new("Reshape", 1, 5, "`shape` becomes an input", u => u.Become("Reshape", [u.Input(0), u.Longs(u.Node.Ints("shape"))])),
        new("Selu", 1, 6, "`alpha` and `gamma` have the shorter defaults 1.6732 and 1.0507", Selu),
        new("Split", 1, 2, "sizes given as an input become an attribute", Split),
        new("Tile", 1, 6, "`tiles` along `axis` become repeats of all axes", Tile),
        new("Upsample", 1, 7, "`height_scale` and `width_scale` become `scales`, `bilinear` is called `linear`", Upsample),
    ];

    // That it is not given was read as inference by everyone who wrote and ran such files.
    private static void RefuseTraining(NodeUpgrade u)
    {
        if (u.Node.IntOrNull("is_test") is 0)
            throw u.Node.Malformed("is_test is 0, which is training; export the model in evaluation mode");
    }

    private static void Dropout(NodeUpgrade u)
    {
        RefuseTraining(u);
        u.Drop("is_test", "consumed_inputs");
    }

    private static void BatchNormalization(NodeUpgrade u)
    {
        var c = u.Node;
        RefuseTraining(u);
        // One number for each channel is what MXNet meant, whatever it wrote.
        if (c.Flag("spatial", true) || c.X.Rank <= 2 || c.Type(1).Count == c.X.Shape[1])
            u.Drop("is_test", "spatial", "consumed_inputs", "momentum");
        else
            ForEachElement(u);
        // In evaluation there is one output; the others were listed all the same.
        if (c.Flag("is_test")) while (u.Last.Output.Count > 1) u.Last.Output.RemoveAt(u.Last.Output.Count - 1);
    }

    // spatial = 0: every element of an image has statistics of its own.
    private static void ForEachElement(NodeUpgrade u)
    {
        var c = u.Node;
        var image = u.Longs(c.X.Shape[1..]);
        for (var i = 1; i <= 4; i++)
            if (c.Type(i).Count != Limits.Count(c.X.Shape[1..])) throw c.Bad($"input {i} must have one value for each element of an image");
        var (scale, shift, mean, variance) = (Given(1), Given(2), Given(3), Given(4));
        var deviation = u.Add("Sqrt", [u.Add("Add", [variance, u.Float(c.Float("epsilon", 1e-5f))])]);
        var centred = u.Add("Sub", [u.Input(0), mean]);
        u.Become("Add", [u.Add("Mul", [centred, u.Add("Div", [scale, deviation])]), shift]);

        string Given(int input) => u.Add("Reshape", [u.Input(input), image]);
    }

    private static void Cast(NodeUpgrade u)
    {
        var name = u.Node.Text("to", "");
        var type = Enum.GetValues<ElementType>().FirstOrDefault(t => name.Equals(t.ToString(), StringComparison.OrdinalIgnoreCase));
        if (type.Size() == 0) throw u.Node.Malformed($"the type '{ModelErrors.Short(name)}' that it casts to is not known");
        u.Set("to", (long)type);
    }

    private static void WholePower(NodeUpgrade u)
    {
        var p = u.Node.Float("p", 2);
        if (p < 1 || p != MathF.Floor(p) || p > short.MaxValue)
            throw u.Node.Malformed($"p is {p.ToString(CultureInfo.InvariantCulture)}; only whole powers from 1 on are known here");
        u.Set("p", (long)p);
    }

    private static void Pad(NodeUpgrade u)
    {
        var pads = u.Node.IntsOrNull("paddings") ?? u.Node.Ints("pads");
        u.Drop("paddings", "consumed_inputs");
        u.Set("pads", pads);
    }

    private static void Selu(NodeUpgrade u)
    {
        u.Drop("consumed_inputs");
        u.Set("alpha", u.Node.Float("alpha", 1.6732f));
        u.Set("gamma", u.Node.Float("gamma", 1.0507f));
    }

    private static void Split(NodeUpgrade u)
    {
        var c = u.Node;
        var axis = c.IntOrNull("axis") ?? throw c.Malformed("attribute 'axis' is missing, and opset 1 has no default for it");
        var sizes = c.IntsOrNull("split") ?? (c.Has(1) ? Whole(c, 1) : null);
        u.Become("Split", [u.Input(0)], sizes is null ? [("axis", axis)] : [("axis", axis), ("split", sizes)]);
    }

    private static void Tile(NodeUpgrade u)
    {
        var c = u.Node;
        if (Whole(c, 1) is not [var tiles] || Whole(c, 2) is not [var axis]) throw c.Malformed("tiles and axis must be one number each");
        var repeats = Enumerable.Repeat(1L, c.X.Rank).ToArray();
        repeats[c.Axis(axis, c.X.Rank)] = tiles;
        u.Become("Tile", [u.Input(0), u.Longs(repeats)]);
    }

    // Counts were written in the type of the data.
    private static long[] Whole(OpContext c, int input) =>
        Values.ToDoubles(c.Constant(input)) is { } given && given.All(v => v == Math.Floor(v) && Math.Abs(v) <= int.MaxValue)
            ? Array.ConvertAll(given, v => (long)v) : throw c.Malformed($"input {input} must hold whole numbers");

    // Opset 1 does not say where samples lie: as in opset 7.
    private static void Upsample(NodeUpgrade u)
    {
        var c = u.Node;
        var scales = c.FloatsOrNull("scales") ?? (c.FloatOrNull("height_scale") is { } h && c.FloatOrNull("width_scale") is { } w
            && c.X.Rank == 4
            ? [1, 1, h, w] : throw c.Malformed("it needs 'height_scale' and 'width_scale', and an image of rank 4"));
        var mode = c.Text("mode", "nearest");
        u.Become("Upsample", [u.Input(0)], ("scales", scales), ("mode", mode == "bilinear" ? "linear" : mode));
    }
}
