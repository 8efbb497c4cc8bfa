using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>All fold rules, by operator and opset. An operator without one is left to the run, even on constants.</summary>
internal static class FoldRuleTable
{
    private static readonly ILookup<string, FoldRule> Rules = new[]
        {
            ArithmeticFolds.Rules, IndexingFolds.Rules, LayoutFolds.Rules, MakerFolds.Rules, ReductionFolds.Rules, QuantizationFolds.Rules,
        }
        .SelectMany(f => f).OrderByDescending(r => r.Since).ToLookup(r => r.Op);

    /// <summary>Gets every row.</summary>
    public static IEnumerable<FoldRule> All => Rules.SelectMany(r => r);

    public static FoldRule? Find(string domain, string op, int opset) =>
        Rules[ShapeRuleTable.Key(domain, op)].FirstOrDefault(r => r.Since <= opset);
}
