using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff.Tests.GradientChecks;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit.OldOpsets;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.OldOpsets;

/// <summary>Nodes of opsets 1 to 6 against what they compute by definition, in double: values, and gradients as central differences of
/// the definition.</summary>
public class OldOpsetTests
{
    public static TheoryData<string, int> Data => new(
        from c in OldCases.All from opset in Enumerable.Range(c.From, c.Until - c.From) select (c.Op, opset));

    [Theory, MemberData(nameof(Data), DisableDiscoveryEnumeration = true)]
    public void Value_and_gradient_are_those_of_the_definition(string name, int opset)
    {
        var old = OldCases.All.Single(c => c.Op == name);
        try
        {
            Check(old, opset, ElementType.Double, 1e-6);
        }
        catch (OnnxRuntimeException e) when (e.Message.Contains("NotImplemented"))
        {
            Check(old, opset, ElementType.Float, 1e-4); // no double kernel for this operator
        }
    }

    private static void Check(OldCase old, int opset, ElementType type, double tolerance)
    {
        var model = Explain.Read(old.Model(opset));
        var graph = ExplanationCompiler.Compile(model, new() { ImageShape = old.Image, Probability = true }, type);
        using var session = new OrtModel(graph.Model);
        var x = old.Values();
        var direction = Draw.Any.Values(Explain.Size(graph.OutputShape), new Random(11));
        var gradient = session.Run(("point", x), ("output_gradient", direction), ("weight", [1]))["partial"];
        var forward = ExplanationCompiler.Compile(model, new() { ImageShape = old.Image, Map = PointMap.None, Probability = true }, type);
        using var plain = new OrtModel(forward.Model);

        Assert.InRange(Numbers.RelativeError(plain.Run(("point", x), ("output_gradient", direction))["output"], old.Define(x)), 0,
            tolerance);
        Assert.InRange(Numbers.RelativeError(gradient, Differences(old, x, direction)), 0, tolerance);
        Assert.True(gradient.Any(g => g != 0), "the gradient is zero everywhere");
    }

    private static double[] Differences(OldCase old, double[] x, double[] direction)
    {
        const double Step = 1e-4;
        return [.. x.Select((_, i) => ((8 * (At(i, Step) - At(i, -Step))) - (At(i, 2 * Step) - At(i, -2 * Step))) / (12 * Step))];

        double At(int i, double offset)
        {
            var moved = (double[])x.Clone();
            moved[i] += offset;
            return old.Define(moved).Zip(direction, (a, b) => a * b).Sum();
        }
    }
}
