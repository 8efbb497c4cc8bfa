using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>
/// DeepLIFT's multipliers, made of the plain rules: what passes backward is the change of the score for a change of the input by one,
/// on average between reference and point. Multipliers times differences add up to the difference of the output for every operator but
/// those of the last list below.
/// </summary>
internal static class RescaleRules
{
    // Below it the quotient of differences is 0 / 0, or the rounding of two numbers: there the gradient is taken, as Captum does.
    private const double MinDifference = 1e-10, MinShare = 1e-6;

    /// <summary>Functions of one element: the quotient of the differences (the rescale rule).</summary>
    private static readonly string[] Elementwise =
    [
        "Relu", "LeakyRelu", "PRelu", "ThresholdedRelu", "Shrink", "Elu", "Celu", "Selu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Mish",
        "HardSigmoid", "HardSwish", "Clip", "Abs", "Reciprocal", "Sqrt", "Exp", "Log", "Erf", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan",
        "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Pow",
    ];

    /// <summary>Products of two inputs that both depend on the image: the mean of the gradients at point and reference, which is
    /// exact.</summary>
    private static readonly string[] Products = ["Mul", "MatMul", "Gemm", "Einsum", "Conv", "ConvTranspose", "ReduceSumSquare"];

    /// <summary>Extremes: what the output gains goes to the point's extreme, what it loses to the reference's, which is exact.</summary>
    private static readonly string[] Extremes = ["ReduceMax", "Max", "ReduceMin", "Min"];

    /// <summary>Operators that pass the plain gradient although they are not linear: the map misses completeness by what they curve. Max
    /// pools are among them because maps of Captum 0.8 are those of the gradient there, to float accuracy.</summary>
    private static readonly string[] PlainGradient =
    [
        "MaxPool",
        "Softmax", "LogSoftmax", "LayerNormalization", "InstanceNormalization", "LRN", "LpPool", "ReduceL1", "ReduceL2", "ReduceLogSum",
        "ReduceLogSumExp", "ReduceProd", "Mod", "TopK", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "ConvInteger",
        "MatMulInteger", "QLinearConv", "QLinearMatMul",
    ];

    /// <summary>Gets the rows that differ from the plain ones.</summary>
    public static IEnumerable<VjpRule> Of(VjpRuleTable plain)
    {
        foreach (var op in Elementwise) yield return Changed(plain, op, Rescaled);
        foreach (var op in Products) yield return Changed(plain, op, Averaged);
        foreach (var op in Extremes) yield return Changed(plain, op, Crossed);
        yield return Changed(plain, "Div", Divided);
    }

    /// <summary>Says whether the multipliers of a node are exact, so that completeness holds across it.</summary>
    /// <param name="node">A node on the way from image to output.</param>
    /// <param name="carries">Whether an input is on that way.</param>
    /// <param name="varies">Whether an input depends on the image.</param>
    public static bool IsExact(GraphNode node, Func<Value, bool> carries, Func<Value, bool> varies)
    {
        var inputs = node.Inputs.OfType<Value>().Where(varies).ToArray();
        // A condition or an index that depends on the image chooses among other elements at the reference.
        if (PlainGradient.Contains(node.Op) || !inputs.All(carries)) return false;
        if (node.Op == "Einsum" && inputs.Length > 2) return false; // the mean of two ends is exact for products of two
        return !Elementwise.Contains(node.Op)
            || (inputs.Length == 1 && inputs[0].Shape.AsSpan().SequenceEqual(node.Outputs[0]!.Shape)
                && (node.Op == "Pow" || inputs[0] == node.Inputs[0]));
    }

    private static VjpRule Changed(VjpRuleTable plain, string op, Func<VjpRule, VjpContext, int, Value> multiplier)
    {
        var row = plain.Find(op)!;
        return row with { Gradient = (c, i) => multiplier(row, c, i) };
    }

    private static Value Rescaled(VjpRule plain, VjpContext c, int input)
    {
        var x = c.In(input);
        var alone = Enumerable.Range(0, c.Node.Inputs.Count).Count(c.Varies) == 1;
        if (!alone || !c.Varies(input) || !x.Shape.AsSpan().SequenceEqual(c.Y.Shape)) return plain.Gradient!(c, input);
        return Quotient(c, input, c.Dy * (c.Y - c.AtReference(c.Y)), plain);
    }

    private static Value Averaged(VjpRule plain, VjpContext c, int input)
    {
        var others = Enumerable.Range(0, c.Node.Inputs.Count).Any(i => (i != input || c.Node.Op == "ReduceSumSquare") && c.Varies(i));
        var here = plain.Gradient!(c, input);
        return others ? (here + plain.Gradient(c.ReferenceWith(c.Dy), input)) * 0.5 : here;
    }

    private static Value Crossed(VjpRule plain, VjpContext c, int input)
    {
        if (c.Node.Op is "Max" or "Min" && Enumerable.Range(0, c.Node.Inputs.Count).Count(c.Varies) == 1) return Rescaled(plain, c, input);
        var (y, reference) = (c.Y, c.AtReference(c.Y));
        var between = c.Graph.Binary(c.Node.Op is "ReduceMin" or "Min" ? "Min" : "Max", y, reference);
        var gained = plain.Gradient!(c.With(c.Dy * (between - reference)), input);
        return Quotient(c, input, gained + plain.Gradient(c.ReferenceWith(c.Dy * (y - between)), input), plain);
    }

    // a / b is a times 1 / b, whose multiplier is -1 / (b b').
    private static Value Divided(VjpRule plain, VjpContext c, int input)
    {
        if (!c.Varies(1)) return plain.Gradient!(c, input);
        var (a, b, referenceA, referenceB) = (c.A, c.B, c.AtReference(c.A), c.AtReference(c.B));
        return input == 0
            ? c.Graph.SumTo(c.Dy * ((1 / b) + (1 / referenceB)) * 0.5, a.Shape)
            : c.Graph.SumTo(-(c.Dy * (a + referenceA) * 0.5) / (b * referenceB), b.Shape);
    }

    private static Value Quotient(VjpContext c, int input, Value change, VjpRule plain)
    {
        var (x, reference) = (c.In(input), c.AtReference(c.In(input)));
        var (difference, graph) = (x - reference, c.Graph);
        var smallest = x.Type.Element == ElementType.Double
            ? x.Like(MinDifference) : ((graph.Unary("Abs", x) + graph.Unary("Abs", reference)) * MinShare) + MinDifference;
        var differs = graph.Test("Greater", graph.Unary("Abs", difference), smallest);
        return graph.Where(differs, change / graph.Where(differs, difference, x.Like(1)), plain.Gradient!(c, input));
    }
}
