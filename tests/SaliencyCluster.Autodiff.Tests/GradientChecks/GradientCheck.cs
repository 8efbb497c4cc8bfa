using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit.Running;
using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>Compares the compiled gradient with central differences of the compiled forward pass.</summary>
internal static class GradientCheck
{
    /// <summary>Checks one spec; in double where the runtime has kernels for it, else in float with a wider step.</summary>
    public static void Run(GradSpec spec, int opset, int seed)
    {
        var random = new Random(seed);
        double[] x = [.. spec.Args.OfType<Operand>().SelectMany(o => o.Draw.Values(Explain.Size(o.Shape), random))];
        Run(SpecModel.Build(spec, opset), spec.Name, x, spec.Tolerance);
    }

    /// <summary>Checks the gradient of a model with one flat output at one point.</summary>
    public static void Run(OnnxModel model, string name, double[] x, double tolerance = 1e-6)
    {
        if (!InDouble(model, name, x, tolerance))
        {
            Compare(model, name, x, ElementType.Float, step: 1.0 / 32, tolerance: 2e-3);
            return;
        }

        // What users run is float: it must agree with the double result to float accuracy.
        var error = Numbers.RelativeError(Gradient(model, x, ElementType.Float).Gradient, Gradient(model, x, ElementType.Double).Gradient);
        Assert.True(error < 1e-4, $"{name}: float and double differ by {error:g3}");
    }

    private static bool InDouble(OnnxModel model, string name, double[] x, double tolerance)
    {
        try
        {
            Compare(model, name, x, ElementType.Double, step: 1e-3, tolerance);
            return true;
        }
        catch (OnnxRuntimeException e) when (e.Message.Contains("NotImplemented") || e.Message.Contains("InvalidGraph") || e.Message.Contains("Type Error"))
        {
            return false; // no double kernel for this operator
        }
    }

    private static void Compare(OnnxModel model, string name, double[] x, ElementType type, double step, double tolerance)
    {
        var (gradient, direction) = Gradient(model, x, type);
        var forward = ExplanationCompiler.Compile(model, new() { ImageShape = [x.Length], Map = PointMap.None, Probability = true }, type);
        using var session = new OrtModel(forward.Model);

        // Scaling by the largest entry: the gradient of one operand may be much smaller than another's.
        var scale = Math.Max(gradient.Max(Math.Abs), 1e-3);
        for (var i = 0; i < x.Length; i++)
        {
            var difference = ((8 * (At(i, step) - At(i, -step))) - (At(i, 2 * step) - At(i, -2 * step))) / (12 * step);
            Assert.True(
                Math.Abs(difference - gradient[i]) <= tolerance * scale,
                $"{name}, element {i}: gradient {gradient[i]:g8}, central difference {difference:g8} ({type})");
        }

        double At(int i, double offset)
        {
            var moved = (double[])x.Clone();
            moved[i] += offset;
            var y = session.Run(("point", moved), ("output_gradient", direction))["output"];
            return y.Zip(direction, (a, b) => a * b).Sum();
        }
    }

    private static (double[] Gradient, double[] Direction) Gradient(OnnxModel model, double[] x, ElementType type)
    {
        var graph = ExplanationCompiler.Compile(model, new() { ImageShape = [x.Length], Probability = true }, type);
        using var session = new OrtModel(graph.Model);
        var direction = Draw.Any.Values(graph.OutputShape[0], new Random(11));
        return (session.Run(("point", x), ("output_gradient", direction), ("weight", [1]))["partial"], direction);
    }
}
