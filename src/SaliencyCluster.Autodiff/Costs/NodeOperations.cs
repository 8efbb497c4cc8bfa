using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Maps;

namespace SaliencyCluster.Autodiff.Costs;

/// <summary>About how many operations a node takes, and how much memory beside its inputs and outputs: a few bytes of attributes can ask for hours.</summary>
internal static class NodeOperations
{
    public static long Of(GraphNode node) => Math.Max(Elements(node), node.Op switch
    {
        "MaxPool" or "AveragePool" or "LpPool" => Saturating.Product([node.Outputs[0]!.Type.Count, .. node.Ints("kernel_shape") ?? []]),
        "LRN" => Saturating.Product(node.Outputs[0]!.Type.Count, node.Int("size", 1)),
        "RoiAlign" => Saturating.Product(node.Outputs[0]!.Type.Count, Math.Max(1, node.Int("sampling_ratio", 0)), Math.Max(1, node.Int("sampling_ratio", 0))),
        "ConvInteger" => Window(node.Outputs[0]!, node.Inputs[1]!),
        "QLinearConv" => Window(node.Outputs[0]!, node.Inputs[3]!),
        "MatMulInteger" or "QLinearMatMul" => Saturating.Product(node.Outputs[0]!.Type.Count, node.Inputs[0]!.Shape[^1]),
        "Einsum" => EveryIndex(node),
        "RNN" or "GRU" or "LSTM" => Saturating.Product(
            node.Inputs[0]!.Shape[0], node.Inputs[0]!.Shape[1], Saturating.Sum([node.Inputs[1]!.Type.Count, node.Inputs[2]!.Type.Count])),
        "Det" => Saturating.Product(node.Inputs[0]!.Type.Count, node.Inputs[0]!.Shape[^1]),
        "TopK" => Saturating.Product(node.Inputs[0]!.Type.Count, 32),
        _ => MultiplyAdds.Of(node),
    });

    /// <summary>Gets the bytes that ONNX Runtime's kernel takes for itself.</summary>
    public static long Workspace(GraphNode node) => node.Op switch
    {
        // Convolutions over one or three axes unfold every window; those over two do it in pieces.
        "Conv" when node.Inputs[0]!.Rank != 4 => Saturating.Product(
            [sizeof(float), .. node.Inputs[1]!.Shape.AsSpan(1), .. node.Outputs[0]!.Shape.AsSpan(2)]),
        "ConvTranspose" => Saturating.Product([sizeof(float), .. node.Inputs[1]!.Shape.AsSpan(1), .. node.Inputs[0]!.Shape.AsSpan(2)]),
        // With three operands the first two are multiplied before the rest is known.
        "Einsum" when node.Inputs.Count > 2 => Saturating.Product(sizeof(float), EveryIndex(node)),
        _ => 0,
    };

    private static long Elements(GraphNode node) =>
        Saturating.Sum(node.Inputs.Concat(node.Outputs).OfType<Value>().Where(v => v.Constant is null).Select(v => v.Type.Count));

    private static long Window(Value output, Value weight) => Saturating.Product([output.Type.Count, .. weight.Shape.AsSpan(1)]);

    // The product of all indices of an equation; an ellipsis stands for the dimensions that have no letter.
    private static long EveryIndex(GraphNode node)
    {
        var sizes = new Dictionary<char, long>();
        var terms = node.Text("equation", "").Split("->")[0].Split(',');
        long beyond = 1;
        for (var i = 0; i < terms.Length && i < node.Inputs.Count; i++)
        {
            var (letters, shape) = (terms[i].Where(char.IsAsciiLetter).ToArray(), node.Inputs[i]!.Shape);
            var first = terms[i].TakeWhile(c => c != '.').Count(char.IsAsciiLetter);
            var rest = Math.Max(0, shape.Length - letters.Length);
            for (var d = 0; d < letters.Length && d < shape.Length; d++) sizes[letters[d]] = Math.Max(sizes.GetValueOrDefault(letters[d]), shape[d < first ? d : d + rest]);
            beyond = Math.Max(beyond, Saturating.Product(shape.AsSpan(Math.Min(first, shape.Length), Math.Min(rest, shape.Length - Math.Min(first, shape.Length)))));
        }
        return Saturating.Product([beyond, .. sizes.Values]);
    }
}
