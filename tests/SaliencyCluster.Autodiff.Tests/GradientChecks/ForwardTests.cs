using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>Bringing every operator to one opset, and taking some apart, must not change what the model computes.</summary>
public class ForwardTests
{
    // ONNX Runtime 1.32 has no kernel for GlobalLpPool and RoiAlign of opset 22, nor for Swish of 24 where it stands in a newer opset.
    public static TheoryData<string, int> Data => new(
        from spec in GradientSpecs.All
        from opset in spec.Opsets
        where spec.Op is not ("GlobalLpPool" or "RoiAlign" or "Swish") || opset < (spec.Op == "Swish" ? 25 : 22)
        select (spec.Name, opset));

    [Theory, MemberData(nameof(Data), DisableDiscoveryEnumeration = true)]
    public void Forward_pass_equals_the_models_own(string spec, int opset)
    {
        var row = GradientSpecs.All.Single(s => s.Name == spec);
        var model = SpecModel.Build(row, opset);
        var random = new Random(11);
        double[] x = [.. row.Args.OfType<Operand>().SelectMany(o => o.Draw.Values(Explain.Size(o.Shape), random))];

        var graph = ExplanationCompiler.Compile(model, new() { ImageShape = [x.Length], Map = PointMap.None, Probability = true });
        using var ours = new OrtModel(graph.Model);
        using var own = new OrtModel(Google.Protobuf.MessageExtensions.ToByteArray(model.Proto), optimize: false);
        var expected = own.Run(("x", x))["y"];
        var output = ours.Run(("point", x), ("output_gradient", new double[expected.Length]))["output"];
        Assert.InRange(Numbers.RelativeError(output, expected), 0, 1e-5);
    }
}
