using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests;

/// <summary>Compiles an explanation graph and runs it with ONNX Runtime.</summary>
internal static class Explain
{
    /// <summary>The partial map of one image for one element of the output.</summary>
    public static double[] Map(OnnxModel model, ExplanationSpec spec, double[] image, int target)
    {
        var graph = ExplanationCompiler.Compile(model, spec);
        var seed = new double[Size(graph.OutputShape)];
        seed[target] = 1;
        using var session = new OrtModel(graph.Model);
        return session.Run(("point", image), ("output_gradient", seed), ("weight", [1]))["partial"];
    }

    public static OnnxModel Read(ModelBuilder model) => ModelReader.Read(model.ToBytes(), "test");

    public static long Size(IEnumerable<long> shape) => shape.Aggregate(1L, (a, b) => a * b);
}
