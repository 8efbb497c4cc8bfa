using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Summaries;

/// <summary>
/// Finds by what a model multiplies its image itself before anything looks at it: networks that were exported with their rescaling layer
/// (Keras applications) want pixels from 0 to 255, and see nearly nothing of pixels from 0 to 1.
/// </summary>
internal static class PixelScale
{
    // 1/58 is the largest in use: 1 / (255 * 0.224), the deviation of ImageNet's pixels. No scale of prepared values is as small.
    private const double Largest = 0.02;

    private static readonly HashSet<string> _keeping =
    [
        "Identity", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Gather", "Slice", "Split", "Concat", "Pad", "Resize",
        "Upsample", "Add", "Sub",
    ];

    private static readonly Dictionary<string, Func<NodeProto, SpecializedGraph, double?>> _factors = new()
    {
        ["Mul"] = (node, graph) => Mean(graph, node.Input[0]) ?? Mean(graph, node.Input[1]),
        ["Div"] = (node, graph) => 1 / Mean(graph, node.Input[1]),
        ["BatchNormalization"] = (node, graph) => Mean(graph, node.Input[1]) / Math.Sqrt(Mean(graph, node.Input[4]) ?? double.NaN),
    };

    /// <summary>The factor; null where there is none, or none as small as those of pixels.</summary>
    public static double? Of(SpecializedGraph graph)
    {
        var scales = new Dictionary<string, double> { [graph.Model.ImageInput] = 1 };
        foreach (var node in graph.Nodes)
        {
            if (node.Input.FirstOrDefault(scales.ContainsKey) is not { } input) continue;
            var factor = _keeping.Contains(node.OpType) ? 1
                : _factors.TryGetValue(node.OpType, out var find) ? find(node, graph) : null;
            // The first to look at the image: what stands behind it is its own affair.
            if (factor is not { } known) return scales[input] <= Largest ? scales[input] : null;
            foreach (var output in node.Output) scales[output] = scales[input] * known;
        }
        return null;
    }

    private static double? Mean(SpecializedGraph graph, string name)
    {
        if (!graph.Constants.TryGetValue(name, out var found) || found.Type.Element != ElementType.Float) return null;
        var sum = 0.0;
        foreach (var value in found.As<float>()) sum += Math.Abs(value);
        return sum > 0 ? sum / found.Type.Count : null;
    }
}
