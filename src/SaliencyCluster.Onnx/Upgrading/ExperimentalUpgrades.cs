namespace SaliencyCluster.Onnx.Upgrading;

/// <summary>Operators that were experimental in the first opsets and left with 9 and 10; Core ML's and Caffe2's exporters wrote
/// them.</summary>
internal static class ExperimentalUpgrades
{
    public static readonly Upgrade[] All =
    [
        new("Affine", 1, 10, "Mul, Add", u =>
            u.Become("Add", [u.Add("Mul", [u.Input(0), u.Float(u.Node.Float("alpha", 1))]), u.Float(u.Node.Float("beta", 0))])),
        new("Crop", 1, 10, "Slice", Crop),
        new("ImageScaler", 1, 10, "Mul, Add", ImageScaler),
        new("MeanVarianceNormalization", 1, 9, "ReduceMean, Sub, Mul, Sqrt, Div", MeanVarianceNormalization),
        new("ParametricSoftplus", 1, 10, "Mul, Softplus, Mul", u => Scaled(u, "Softplus")),
        new("Scale", 1, 10, "Mul", u => u.Become("Mul", [u.Input(0), u.Float(u.Node.Float("scale", 1))])),
        new("ScaledTanh", 1, 10, "Mul, Tanh, Mul", u => Scaled(u, "Tanh")),
        new("ThresholdedRelu", 1, 10, "Greater, Cast, Mul", ThresholdedRelu),
    ];

    // alpha * f(beta * x)
    private static void Scaled(NodeUpgrade u, string op)
    {
        var inner = u.Add(op, [u.Add("Mul", [u.Input(0), u.Float(Needed(u, "beta"))])]);
        u.Become("Mul", [inner, u.Float(Needed(u, "alpha"))]);
    }

    private static float Needed(NodeUpgrade u, string name) =>
        u.Node.FloatOrNull(name) ?? throw u.Node.Malformed($"attribute '{name}' is missing");

    // scale * x + bias, one bias for each channel
    private static void ImageScaler(NodeUpgrade u)
    {
        var c = u.Node;
        var scale = c.Float("scale", 1);
        var bias = c.FloatsOrNull("bias") is { Length: > 0 } given ? given : new float[c.X.Rank == 4 ? c.X.Shape[1] : 0];
        if (c.X.Rank != 4 || bias.Length != c.X.Shape[1]) throw c.Bad("it needs an image of rank 4 and one bias for each channel");
        var shift = u.Floats([bias.Length, 1, 1], bias);
        u.Become("Add", [u.Add("Mul", [u.Input(0), u.Float(scale)]), shift]);
    }

    // border: left, top, right, bottom. scale: the height and width that are kept, from left and top on.
    private static void Crop(NodeUpgrade u)
    {
        var c = u.Node;
        var border = c.IntsOrNull("border") is { Length: > 0 } given ? given : [0, 0, 0, 0];
        if (c.X.Rank != 4 || border.Length != 4 || border.Any(b => b is < 0 or > int.MaxValue))
            throw c.Bad("it needs an image of rank 4 and a border of 4 numbers");
        var (height, width) = (c.X.Shape[2], c.X.Shape[3]);
        var (left, top) = (border[0], border[1]);
        var (bottom, right) = c.IntsOrNull("scale") switch
        {
            null or [] => (height - border[3], width - border[2]),
            [var h, var w] when h is >= 0 and <= int.MaxValue && w is >= 0 and <= int.MaxValue => (top + h, left + w),
            _ => throw c.Malformed("its scale must be a height and a width"),
        };
        if (top >= bottom || left >= right || bottom > height || right > width)
            throw c.Bad($"rows {top} to {bottom} and columns {left} to {right} do not lie within the image");
        u.Become("Slice", [u.Input(0)], ("starts", (long[])[top, left]), ("ends", (long[])[bottom, right]), ("axes", (long[])[2, 3]));
    }

    // Over height and width, and with across_channels over the channels too.
    private static void MeanVarianceNormalization(NodeUpgrade u)
    {
        var c = u.Node;
        if (c.X.Rank != 4) throw c.Bad("it needs an image of rank 4");
        long[] axes = c.Flag("across_channels") ? [1, 2, 3] : [2, 3];
        var mean = u.Add("ReduceMean", [u.Input(0)], ("axes", axes), ("keepdims", 1L));
        if (!c.Flag("normalize_variance", true))
        {
            u.Become("Sub", [u.Input(0), mean]);
            return;
        }
        var centred = u.Add("Sub", [u.Input(0), mean]);
        var variance = u.Add("ReduceMean", [u.Add("Mul", [centred, centred])], ("axes", axes), ("keepdims", 1L));
        u.Become("Div", [centred, u.Add("Add", [u.Add("Sqrt", [variance]), u.Float(1e-9f)])]);
    }

    private static void ThresholdedRelu(NodeUpgrade u)
    {
        var above = u.Add("Greater", [u.Input(0), u.Float(u.Node.Float("alpha", 1))]);
        u.Become("Mul", [u.Input(0), u.Add("Cast", [above], ("to", (long)u.Node.X.Element))]);
    }
}
