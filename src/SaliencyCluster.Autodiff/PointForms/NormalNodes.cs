using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.PointForms;

/// <summary>The noise of docs/noise.md as nodes, in double as there.</summary>
internal static class NormalNodes
{
    private const double TwoToMinus32 = 1.0 / 4294967296;

    /// <summary>Draws normals times a factor for each element of each point.</summary>
    /// <param name="graph">Where nodes are appended.</param>
    /// <param name="size">Elements of one image.</param>
    /// <param name="key">The input <c>key</c>.</param>
    /// <param name="sample">The input <c>sample</c>.</param>
    /// <param name="scale">The input <c>scale</c>.</param>
    /// <returns>Double, <c>[B, size]</c>.</returns>
    public static Value Draw(GraphBuilder graph, long size, Value key, Value sample, Value scale)
    {
        var (batch, blocks) = (sample.Shape[0], (size + 3) / 4);
        // A node that the runtime folds when it loads, so that the file stays small.
        var counter = graph.Reshape(graph.Node("Range", new(ElementType.Int64, [blocks]), [Long(0), Long(blocks), Long(1)]), 1, blocks);
        var words = PhiloxNodes.Draw(
            graph, [counter, graph.Reshape(sample, batch, 1), graph.Slice(key, 0, 2, 1), graph.Ints(0L)],
            graph.Slice(key, 0, 0, 1), graph.Slice(key, 0, 1, 1));
        var radius = graph.Unary("Sqrt", graph.Unary("Log", Pairs(words[0], words[2])) * -2) * graph.Reshape(scale, batch, 1, 1, 1);
        // cos x = sin(x + a quarter turn). The quarter is added before the turn is multiplied, where the sum is exact.
        var turns = Pairs(words[1], words[3]) + graph.Floats(ElementType.Double, [2], [0.25, 0]);
        var normals = graph.Reshape(radius * graph.Unary("Sin", turns * (2 * Math.PI)), batch, blocks * 4);
        return graph.Slice(normals, 1, 0, size);

        Value Long(long value) => graph.Constant(ConstantTensor.Of([], value));

        // From 0 to 1, [B, blocks, 2, 1].
        Value Pairs(Value first, Value second) => (graph.Cast(
            graph.Concat([graph.Reshape(first, batch, blocks, 1, 1), graph.Reshape(second, batch, blocks, 1, 1)], 2), ElementType.Double)
            + 0.5) * TwoToMinus32;
    }
}
