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
        var model = SpecModel.Build(spec, opset);
        if (!InDouble(model, spec, seed)) Compare(model, spec, seed, ElementType.Float, step: 1.0 / 32, tolerance: 2e-3);

        // What users run is float: it must agree with the double result to float accuracy.
        else Assert.True(FloatError(model, spec, seed) < 1e-4, $"{spec.Name}: float and double differ by {FloatError(model, spec, seed):g3}");
    }

    private static bool InDouble(OnnxModel model, GradSpec spec, int seed)
    {
        try
        {
            Compare(model, spec, seed, ElementType.Double, step: 1e-3, spec.Tolerance);
            return true;
        }
        catch (OnnxRuntimeException e) when (e.Message.Contains("NotImplemented") || e.Message.Contains("InvalidGraph") || e.Message.Contains("Type Error"))
        {
            return false; // no double kernel for this operator
        }
    }

    private static void Compare(OnnxModel model, GradSpec spec, int seed, ElementType type, double step, double tolerance)
    {
        var (x, random) = Draws(spec, seed);
        var (gradient, direction) = Gradient(model, x, random, type);
        var forward = ExplanationCompiler.Compile(model, new() { ImageShape = [x.Length], Map = PointMap.None }, type);
        using var session = new OrtModel(forward.Model);

        // Scaling by the largest entry: the gradient of one operand may be much smaller than another's.
        var scale = Math.Max(gradient.Max(Math.Abs), 1e-3);
        for (var i = 0; i < x.Length; i++)
        {
            var difference = ((8 * (At(i, step) - At(i, -step))) - (At(i, 2 * step) - At(i, -2 * step))) / (12 * step);
            Assert.True(
                Math.Abs(difference - gradient[i]) <= tolerance * scale,
                $"{spec.Name}, element {i}: gradient {gradient[i]:g8}, central difference {difference:g8} ({type})");
        }

        double At(int i, double offset)
        {
            var moved = (double[])x.Clone();
            moved[i] += offset;
            var y = session.Run(("point", moved), ("seed", direction))["output"];
            return y.Zip(direction, (a, b) => a * b).Sum();
        }
    }

    private static double FloatError(OnnxModel model, GradSpec spec, int seed)
    {
        var (x, random) = Draws(spec, seed);
        var exact = Gradient(model, x, random, ElementType.Double).Gradient;
        (x, random) = Draws(spec, seed);
        return Numbers.RelativeError(Gradient(model, x, random, ElementType.Float).Gradient, exact);
    }

    private static (double[] X, Random Random) Draws(GradSpec spec, int seed)
    {
        var random = new Random(seed);
        return ([.. spec.Args.OfType<Operand>().SelectMany(o => o.Draw.Values(Explain.Size(o.Shape), random))], random);
    }

    private static (double[] Gradient, double[] Direction) Gradient(OnnxModel model, double[] x, Random random, ElementType type)
    {
        var graph = ExplanationCompiler.Compile(model, new() { ImageShape = [x.Length] }, type);
        using var session = new OrtModel(graph.Model);
        var direction = Draw.Any.Values(graph.OutputShape[0], random);
        return (session.Run(("point", x), ("seed", direction), ("weight", [1]))["partial"], direction);
    }
}
