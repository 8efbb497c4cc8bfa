using SaliencyCluster.Onnx.Folding;
using SaliencyCluster.Onnx.Tests.Shapes;
using SaliencyCluster.Onnx.Tests.Specializing;

namespace SaliencyCluster.Onnx.Tests.Folding;

public class FoldRuleTests
{
    private static readonly OpCase[] Cases = [.. ArithmeticFoldCases.All, .. MovementFoldCases.All];

    public static TheoryData<OpCase, int> Data()
    {
        var data = new TheoryData<OpCase, int>();
        foreach (var c in Cases)
            foreach (var opset in c.Opsets) data.Add(c, opset);
        return data;
    }

    [Theory, MemberData(nameof(Data), DisableDiscoveryEnumeration = true)]
    public void A_node_on_constants_becomes_the_runtimes_value(OpCase c, int opset)
    {
        var graph = Against.Runtime(c.Model(opset), c.ImageShape);
        Assert.All(Enumerable.Range(0, c.Outputs), i => Assert.Contains($"y{i}", graph.Constants.Keys));
    }

    [Fact]
    public void Every_row_of_the_table_has_a_case() =>
        Assert.Empty(FoldRuleTable.All.Where(row => !Cases.Any(c => c.Opsets.Any(o => FoldRuleTable.Find("", c.Op, o) == row))).Select(r => $"{r.Op} since {r.Since}"));
}
