using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>All fold rules, by operator and opset. An operator without one is left to the run, even on constants.</summary>
internal static class FoldRuleTable
{
    private static readonly ILookup<string, FoldRule> Rules = new[] { ArithmeticFolds.Rules, LayoutFolds.Rules, MakerFolds.Rules, ReductionFolds.Rules, QuantizationFolds.Rules }
        .SelectMany(f => f).OrderByDescending(r => r.Since).ToLookup(r => r.Op);

    /// <summary>Gets every operator that has a rule.</summary>
    public static IEnumerable<string> Operators => Rules.Select(r => r.Key);

    public static FoldRule? Find(string domain, string op, int opset) =>
        Rules[ShapeRuleTable.Key(domain, op)].FirstOrDefault(r => r.Since <= opset);
}
