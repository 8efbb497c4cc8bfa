using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tests.Specializing;

namespace SaliencyCluster.Onnx.Tests.Shapes;

public class ShapeRuleTests
{
    internal static readonly OpCase[] Cases =
        [.. ElementwiseCases.All, .. WindowCases.All, .. ProductCases.All, .. LayoutCases.All, .. IndexingCases.All, .. NormalizationCases.All, .. ResizeCases.All, .. MakerCases.All];

    public static TheoryData<OpCase, int> Data()
    {
        var data = new TheoryData<OpCase, int>();
        foreach (var c in Cases)
            foreach (var opset in c.Opsets) data.Add(c, opset);
        return data;
    }

    [Theory, MemberData(nameof(Data), DisableDiscoveryEnumeration = true)]
    public void Inferred_types_are_those_of_the_runtime(OpCase c, int opset) => Against.Runtime(c.Model(opset), c.ImageShape, c.Tolerance);

    [Fact]
    public void Every_row_of_the_table_has_a_case() =>
        Assert.Empty(ShapeRuleTable.All.Where(row => !Cases.Any(c => c.Opsets.Any(o => Row(c, o) == row))).Select(r => $"{r.Op} since {r.Since}"));

    private static ShapeRule? Row(OpCase c, int opset) =>
        c.Op.Split(':') is [var domain, var op] ? ShapeRuleTable.Find(domain, op, 1) : ShapeRuleTable.Find("", c.Op, opset);
}
