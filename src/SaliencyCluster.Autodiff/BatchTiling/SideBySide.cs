using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.BatchTiling;

/// <summary>
/// Lays the images of a micro-batch side by side for convolutions with many weights and a small grid, such as 512 x 512 x 3 x 3 on
/// 7 x 7: the runtime's kernel reads all weights again for every row of every image, and a row of 7 elements is not enough work for
/// that. Columns of zeros keep the images apart, so none sees another. Measured in decisions/0008-side-by-side.md.
/// </summary>
internal static class SideBySide
{
    private const long LongestRow = 8;
    private const long MinWeights = 512 * 1024;
    private const long Blocked = 16;

    /// <summary>Appends the rewritten graph and gives its outputs; the graph itself where no convolution qualifies.</summary>
    public static List<(string Name, Value Value)> Rewrite(GraphBuilder graph, List<(string Name, Value Value)> outputs)
    {
        var nodes = GraphWriter.Needed(graph, outputs.Select(o => o.Value));
        if (!nodes.Any(Suits)) return outputs;
        var replaced = new Dictionary<Value, Value>();
        foreach (var node in nodes)
        {
            Value?[] inputs = [.. node.Inputs.Select(v => v is null ? null : replaced.GetValueOrDefault(v, v))];
            if (Suits(node))
            {
                replaced[node.Outputs[0]!] = Append(node, inputs);
                continue;
            }
            if (!node.Inputs.Any(v => v is not null && replaced.ContainsKey(v))) continue;
            var copies = graph.Node(node.Op, inputs, [.. node.Outputs.Select(o => o?.Type)], node.Attributes, []);
            for (var i = 0; i < copies.Count; i++)
                if (node.Outputs[i] is { } old) replaced[old] = copies[i]!;
        }
        return [.. outputs.Select(o => (o.Name, replaced.GetValueOrDefault(o.Value, o.Value)))];
    }

    private static bool Suits(GraphNode node)
    {
        if (node.Op != "Conv" || node.Int("group", 1) != 1 || node.Outputs[0]!.Type.Element != ElementType.Float) return false;
        if (node.Inputs[1] is not { Constant: not null, Shape: [_, _, 3, 3] } weight || weight.Type.Count < MinWeights) return false;
        var (x, y) = (node.Inputs[0]!, node.Outputs[0]!);
        var window = Window.Of(node, weight.Shape[2..], x.Shape[2..], y.Shape[2..]);
        return window.IsDense && window.Dilations.All(d => d == 1) && window.Before[1] == 1 && window.After[1] == 1
            && x.Shape[0] > 1 && x.Shape[3] <= LongestRow && x.Shape[1] % Blocked == 0 && y.Shape[1] % Blocked == 0;
    }

    private static Value Append(GraphNode node, Value?[] inputs)
    {
        var (x, y) = (inputs[0]!, node.Outputs[0]!);
        var (graph, batch, width) = (x.Graph, x.Shape[0], x.Shape[3]);
        var apart = width + 2 - (width % 2);  // at least one column of zeros; an even number, so that pairs of columns belong to one image
        var padded = graph.Pad(x, [0, 0, 0, 0], [0, 0, 0, apart - width]);
        var row = graph.Reshape(graph.Transpose(padded, 1, 2, 0, 3), 1, x.Shape[1], x.Shape[2], batch * apart);
        var window = Window.Of(node, [3, 3], x.Shape[2..], y.Shape[2..]);
        var result = graph.Node("Conv", new(ElementType.Float, [1, y.Shape[1], y.Shape[2], batch * apart]), [row, .. inputs[1..]],
            ("kernel_shape", (long[])[3, 3]), ("pads", (long[])[window.Before[0], 1, window.After[0], 1]));
        var images = graph.Transpose(graph.Reshape(result, y.Shape[1], y.Shape[2], batch, apart), 2, 0, 1, 3);
        return graph.Slice(images, 3, 0, width);
    }
}
