using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

public class GradientTests
{
    public static TheoryData<string, int> Data => new(
        from spec in GradientSpecs.All from opset in spec.Opsets select (spec.Name, opset));

    [Theory, MemberData(nameof(Data), DisableDiscoveryEnumeration = true)]
    public void Gradient_matches_central_difference(string spec, int opset) =>
        GradientCheck.Run(GradientSpecs.All.Single(s => s.Name == spec), opset, seed: 7);

    [Fact]
    public void Every_differentiable_operator_has_a_gradient_spec() =>
        Assert.Equal( // straight-through is not a derivative; see QuantizationTests
            ["ConvInteger", "DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger", "QLinearConv", "QLinearMatMul", "QuantizeLinear"],
            VjpRuleTable.Default.DifferentiableOps.Except(GradientSpecs.All.Select(s => s.Op)));
}
