namespace SaliencyCluster.Onnx.Shapes;

/// <summary>All shape rules, by operator and opset.</summary>
internal static class ShapeRuleTable
{
    private static readonly ILookup<string, ShapeRule> Rules =
        Families().SelectMany(f => f).OrderByDescending(r => r.Since).ToLookup(r => r.Op);

    /// <summary>Gets every row.</summary>
    public static IEnumerable<ShapeRule> All => Rules.SelectMany(r => r);

    /// <summary>Finds the row that applies to an operator in an opset.</summary>
    public static ShapeRule? Find(string domain, string op, int opset) => Rules[Key(domain, op)].FirstOrDefault(r => r.Since <= opset);

    /// <summary>The first opset that has an operator, or null where it is not known at all.</summary>
    public static int? FirstOpset(string domain, string op) => Rules[Key(domain, op)].LastOrDefault()?.Since;

    /// <summary>How a row names its operator: standard ones by name alone.</summary>
    public static string Key(string domain, string op) => domain is "" or "ai.onnx" ? op : $"{domain}:{op}";

    private static IEnumerable<ShapeRule[]> Families()
    {
        yield return ElementwiseShapes.Rules;
        yield return ConvolutionShapes.Rules;
        yield return PoolShapes.Rules;
        yield return ProductShapes.Rules;
        yield return ReductionShapes.Rules;
        yield return LayoutShapes.Rules;
        yield return IndexingShapes.Rules;
        yield return ArithmeticShapes.Rules;
        yield return NormalizationShapes.Rules;
        yield return ResizeShapes.Rules;
        yield return RecurrentShapes.Rules;
        yield return AttentionShapes.Rules;
        yield return QuantizationShapes.Rules;
    }
}
