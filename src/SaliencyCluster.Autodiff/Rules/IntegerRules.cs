using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>
/// Products of quantised integers, straight through: the gradient of the product of real numbers that they stand for. The gradient of a
/// quantised tensor is kept in units of what was quantised; scales that were found from the image itself are taken as constants.
/// </summary>
internal static class IntegerRules
{
    private const string NoQuantizer = "its integers are not made by a quantiser with one scale";

    // Of an integer: sums of products in float32 may miss a bound on which they stand.
    private const double Slack = 1e-3;

    public static readonly VjpRule[] All =
    [
        // Its range is that of its input, so nothing is cut off.
        Rule.Unary("DynamicQuantizeLinear", since: 11, c => c.Dy) with { ThroughIntegers = true, Carries = output => output == 0 },

        // Integers in, integers out: what arrives is in units of the integers.
        Rule.Unary("ConvInteger", since: 10, c => ConvolutionRules.DataGradient(c, Weight(c, 1, 3, null), c.Dy) / Scale(c, 0)) with
        {
            ThroughIntegers = true, Refuses = node => WhyNot(node, 1),
        },
        Rule.Inputs("MatMulInteger", since: 10,
            c => Left(c, c.Dy, Matrix(c, 1, 3, null)) / Scale(c, 0),
            c => Right(c, c.Dy, Matrix(c, 0, 2, null)) / Scale(c, 1)) with
        {
            ThroughIntegers = true, Refuses = node => WhyNot(node, 2),
        },

        // With their scales inside: what arrives is in units of the result.
        Rule.Inputs("QLinearConv", since: 10, c => ConvolutionRules.DataGradient(c, Weight(c, 3, 5, 4), Kept(c, Convolved(c), 6))) with { ThroughIntegers = true },
        Rule.Variadic("QLinearMatMul", since: 10, (c, input) => input == 0
            ? Left(c, Kept(c, Multiplied(c), 6), Matrix(c, 3, 5, 4))
            : Right(c, Kept(c, Multiplied(c), 6), Matrix(c, 0, 2, 1))) with
        {
            ThroughIntegers = true, Serves = input => input is 0 or 3,
        },
    ];

    private static Value Left(VjpContext c, Value dy, Value right) =>
        c.Graph.SumTo(c.Graph.MatMul(dy, c.Graph.TransposeMatrix(right)), c.X.Shape);

    private static Value Right(VjpContext c, Value dy, Value left) =>
        c.Graph.SumTo(c.Graph.MatMul(c.Graph.TransposeMatrix(left), dy), c.In(c.Node.Op == "QLinearMatMul" ? 3 : 1).Shape);

    // Where the result lies beyond a bound of its type, it was cut off, as by a Relu that was folded into the range. The integer does not tell: one
    // on the bound may have been rounded to it. So the real result is made again.
    private static Value Kept(VjpContext c, Value real, int scale)
    {
        var (graph, zeros) = (c.Graph, c.Dy.Like(0));
        var (least, greatest) = QuantizedRange.Integers(c.Y.Type.Element);
        var units = real / Float(c, c.In(scale)) + Float(c, c.In(scale + 1));
        return graph.Where(
            graph.Test("Less", units, units.Like(least - Slack)), zeros,
            graph.Where(graph.Test("Greater", units, units.Like(greatest + Slack)), zeros, c.Dy));
    }

    private static Value Convolved(VjpContext c)
    {
        var (graph, type) = (c.Graph, c.Y.Type with { Element = c.Dy.Type.Element });
        var y = graph.Node("Conv", [Reals(c, 0, 2, 1, _ => []), Weight(c, 3, 5, 4)], [type], c.Node.Attributes, [null])[0]!;
        if (!c.Has(8)) return y;
        var bias = Float(c, c.In(8)) * Float(c, c.In(1)) * Float(c, c.In(4));
        return y + graph.Reshape(bias, [bias.Shape.Count(), .. Enumerable.Repeat(1L, y.Rank - 2)]);
    }

    private static Value Multiplied(VjpContext c) => c.Graph.MatMul(Matrix(c, 0, 2, 1), Matrix(c, 3, 5, 4));

    // [M, ..] with one zero point and scale for all, or one for each of the M.
    private static Value Weight(VjpContext c, int input, int zero, int? scale)
    {
        var shape = c.In(input).Shape;
        return Reals(c, input, zero, scale, parameter => parameter.Shape.Count() > 1
            ? [shape[0], .. Enumerable.Repeat(1L, shape.Length - 1)] : []);
    }

    // [.., K, N]: one of each for all; one for each column of a right factor, for each row of a left one.
    private static Value Matrix(VjpContext c, int input, int zero, int? scale) =>
        Reals(c, input, zero, scale, parameter => parameter.Shape.Count() == 1
            ? [] : parameter.Rank > 1 ? parameter.Shape : input == 0 ? [parameter.Shape[0], 1] : parameter.Shape);

    private static Value Reals(VjpContext c, int input, int zero, int? scale, Func<Value, long[]> placed)
    {
        var value = Float(c, c.In(input));
        if (c.Has(zero)) value -= Placed(zero);
        return scale is { } of ? value * Placed(of) : value;

        Value Placed(int parameter) => c.Graph.Reshape(Float(c, c.In(parameter)), placed(c.In(parameter)));
    }

    private static Value Float(VjpContext c, Value value) => value.Constant is { } known
        ? c.Graph.Floats(c.Dy.Type.Element, value.Shape, Constants.Doubles(known))
        : c.Graph.Cast(value, c.Dy.Type.Element);

    private static Value Scale(VjpContext c, int input)
    {
        var quantizer = Quantizer(c.In(input))!;
        var scale = quantizer.Op == "QuantizeLinear" ? quantizer.Inputs[1]! : quantizer.Output(1, new(ElementType.Float, []), c.Graph);
        return c.Graph.Reshape(Float(c, scale), []);
    }

    private static string? WhyNot(GraphNode node, int factors) =>
        node.Inputs.Take(factors).Any(i => i is { Constant: null } && Quantizer(i) is null) ? NoQuantizer
        : node.Inputs.Take(factors).Any(i => i is { Rank: < 2 }) ? "vectors of integers have no rule" : null;

    // The node that made a tensor of integers, before any that only arranged them; null where it is none with one scale.
    private static GraphNode? Quantizer(Value value)
    {
        var node = value.Producer;
        while (node is { Op: "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Transpose" }) node = node.Inputs[0]?.Producer;
        return node is { Op: "DynamicQuantizeLinear" } || (node is { Op: "QuantizeLinear" } && node.Inputs[1]!.Shape.Count() == 1)
            ? node : null;
    }
}
