using Google.Protobuf;
using SaliencyCluster.Autodiff.GpuForms;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.Gpu;

/// <summary>Operators without a kernel on a GPU: their other forms have the same values and gradients, and none of them is left.</summary>
public sealed class MissingKernelsTests
{
    public static TheoryData<string> Operators => new(MissingKernels.Operators);

    [Theory, MemberData(nameof(Operators))]
    public void The_other_form_has_the_same_score_and_gradient(string op)
    {
        var model = ModelReader.Read(
            new ModelBuilder(18).Input("x", -1, 6).Node(op, "x", "y", op == "Celu"
                ? [("alpha", 0.7f)] : []).Output("y", -1, 6).Proto.ToByteArray(), op);
        var spec = new ExplanationSpec { ImageShape = [6], MicroBatch = 1 };
        var gpu = spec with { Device = DeviceKind.Gpu };
        Assert.DoesNotContain(ExplanationCompiler.Nodes(model, gpu), n => MissingKernels.Operators.Contains(n.Op));
        double[] x = op == "Acosh" ? [1.1, 1.5, 2, 3, 8, 20] : [-0.9, -0.4, -1e-3, 1e-4, 0.3, 0.95];
        foreach (var (cpu, other) in Run(model, spec, x).Zip(Run(model, gpu, x))) Assert.Equal(cpu, other, 2e-6 * Math.Max(1, Math.Abs(cpu)));
    }

    private static double[] Run(OnnxModel model, ExplanationSpec spec, double[] x)
    {
        using var session = new OrtModel(ExplanationCompiler.Compile(model, spec).Model);
        var result = session.Run(("point", x), ("output_gradient", [1, 0.5, 2, 1, -1, 0.25]), ("weight", [1]));
        return [.. result["score"], .. result["partial"]];
    }
}
