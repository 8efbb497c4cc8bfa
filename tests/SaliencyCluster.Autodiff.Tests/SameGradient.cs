using SaliencyCluster.Autodiff.Tests.GradientChecks;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests;

/// <summary>Graphs that were rewritten to be faster, against the same graphs as the rules wrote them.</summary>
internal static class SameGradient
{
    /// <summary>Runs both on the same inputs and compares every output. Gives the rewritten graph's operators.</summary>
    /// <param name="model">The model.</param>
    /// <param name="spec">What is explained.</param>
    /// <param name="draw">Pixels; whole numbers make ties and exact zeros.</param>
    /// <param name="tolerance">Relative L2.</param>
    public static IReadOnlyList<NodeProto> Check(OnnxModel model, ExplanationSpec spec, Draw? draw = null, double tolerance = 2e-6)
    {
        var rewritten = ExplanationCompiler.Compile(model, spec);
        var plain = ExplanationCompiler.Compile(model, spec with { CpuRewrites = false });
        var (a, b) = (Run(rewritten, draw), Run(plain, draw));
        foreach (var name in b.Keys)
        {
            Assert.Contains(b[name], v => v != 0);
            Assert.True(Numbers.RelativeError(a[name], b[name]) <= tolerance, $"{name} differs by {Numbers.RelativeError(a[name], b[name]):g3}");
        }
        return ModelProto.Parser.ParseFrom(rewritten.Model.Span).Graph.Node;
    }

    private static Dictionary<string, double[]> Run(ExplanationGraph graph, Draw? draw)
    {
        using var session = new OrtModel(graph.Model);
        var random = new Random(3);
        double[] Values(string name) => Draw.Any.Values(session.Shape(name).Aggregate(1L, (p, d) => p * d), random);
        var point = draw?.Values(session.Shape("point").Aggregate(1L, (p, d) => p * d), new Random(5)) ?? Values("point");
        return graph.Spec.Map == PointMap.None
            ? session.Run(("point", point), ("output_gradient", Values("output_gradient")))
            : session.Run(("point", point), ("output_gradient", Values("output_gradient")), ("weight", Values("weight")));
    }
}
