using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>What a QuantizeLinear can represent: from the least to the greatest integer of its type, in units of its input.</summary>
internal static class QuantizedRange
{
    // The bounds are products of floats: a value that stands exactly on one, such as a white pixel, must not fall outside by rounding.
    private const double Slack = 1.0 / (1 << 22);

    /// <summary>The gradient where the input is within the range, else 0; on its bounds it passes, as a pixel that is quite black or white does.</summary>
    public static Value Keep(VjpContext c)
    {
        var (x, graph) = (c.X, c.Graph);
        var (least, greatest) = Integers(c.Y.Type.Element);
        var scale = c.In(1).Constant is { } known ? Constants.Doubles(known) : [c.Scalar(1)];
        var zero = c.Has(2) ? c.In(2).Constant is { } point ? Constants.Doubles(point) : [c.Scalar(2)] : [0];
        var shape = Shape(c, Math.Max(scale.Length, zero.Length));
        var low = graph.Floats(x.Type.Element, shape, Bounds(scale, zero, least, -Slack));
        var high = graph.Floats(x.Type.Element, shape, Bounds(scale, zero, greatest, Slack));
        // Not by GreaterOrEqual: the CUDA provider has no kernel for it.
        var zeros = c.Dy.Like(0);
        return graph.Where(graph.Test("Less", x, low), zeros, graph.Where(graph.Test("Greater", x, high), zeros, c.Dy));
    }

    // One bound for all, or one along the axis.
    private static long[] Shape(VjpContext c, int count)
    {
        if (count == 1) return [];
        var shape = new long[c.X.Rank];
        Array.Fill(shape, 1);
        var axis = c.Axis("axis", 1);
        if (c.X.Shape[axis] != count)
            throw Errors.NoForm("QuantizeLinear", c.Node.Origin, $"{count} scales do not fit the {c.X.Shape[axis]} elements of axis {axis}");
        shape[axis] = count;
        return shape;
    }

    private static double[] Bounds(double[] scale, double[] zero, double integer, double slack) =>
    [
        .. Enumerable.Range(0, Math.Max(scale.Length, zero.Length)).Select(i =>
        {
            var bound = (integer - zero[zero.Length == 1 ? 0 : i]) * scale[scale.Length == 1 ? 0 : i];
            return bound + (slack * Math.Abs(bound));
        }),
    ];

    /// <summary>The least and the greatest integer of a type.</summary>
    public static (double Least, double Greatest) Integers(ElementType type) => type switch
    {
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        _ => (double.NegativeInfinity, double.PositiveInfinity), // no integer type: nothing is cut off that is known
    };
}
