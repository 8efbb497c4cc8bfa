using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>
/// What <c>last-conv</c> means: the feature map that the deepest convolution ends in, which is what the head of a network reads
/// before it pools or flattens. The file's order would not do: exporters write a residual block's shortcut after its main branch.
/// Reasons: decisions/0006-last-conv.md.
/// </summary>
internal static class LastFeatureMap
{
    private static readonly string[] _convolutions = ["Conv", "FusedConv", "ConvTranspose", "ConvInteger", "QLinearConv"];

    /// <summary>Its tensor; null where no convolution is on the way to <paramref name="output"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">The explained tensor.</param>
    /// <param name="layers">The tensors on the way, in forward order.</param>
    public static string? Find(SpecializedGraph model, string output, IReadOnlyList<LayerInfo> layers)
    {
        var made = Convolved(model);
        var convolutions = layers.Where(l => made.Contains(l.Tensor) && l.Shape.Count > 1).ToList();
        if (convolutions.Any(HasGrid)) convolutions.RemoveAll(l => !HasGrid(l)); // not those of squeeze-and-excitation
        var heads = Heads(model, output, made);
        if (!convolutions.All(l => heads.Contains(l.Tensor))) convolutions.RemoveAll(l => heads.Contains(l.Tensor));
        var depths = Depths(model);
        if (convolutions.OrderBy(l => depths[l.Tensor]).LastOrDefault() is not { } deepest) return null;

        var reached = ReachedFrom(model, deepest.Tensor);
        return layers.Last(l => !l.ChannelsLast && reached.Contains(l.Tensor) && l.Shape.Skip(1).SequenceEqual(deepest.Shape.Skip(1))).Tensor;
    }

    // What convolutions make; of those of integers, the real numbers that are made of it.
    private static HashSet<string> Convolved(SpecializedGraph model)
    {
        var made = new HashSet<string>();
        foreach (var node in model.Nodes)
            if (_convolutions.Contains(node.OpType) || (node.OpType is "Cast" or "DequantizeLinear" && made.Contains(node.Input[0]) && !IsReal(model.Types[node.Input[0]])))
                made.UnionWith(node.Output);
        return made;

        static bool IsReal(TensorType type) => type.Element is ElementType.Float or ElementType.Double;
    }

    private static bool HasGrid(LayerInfo layer) => layer.Shape.Skip(1).Any(d => d > 1);

    // An output with a grid of its own, as of segmentation: convolutions that write it hold classes, not features.
    private static HashSet<string> Heads(SpecializedGraph model, string output, HashSet<string> made)
    {
        var heads = new HashSet<string>();
        if (model.Types[output].Shape.Skip(2).All(d => d == 1)) return heads;
        var wanted = new HashSet<string> { output };
        foreach (var node in model.Nodes.Reverse().Where(n => n.Output.Any(wanted.Contains)))
        {
            if (node.Output.Any(made.Contains)) heads.UnionWith(node.Output);
            else wanted.UnionWith(node.Input);
        }
        return heads;
    }

    // Operators between the image and a tensor, on the longest way.
    private static Dictionary<string, int> Depths(SpecializedGraph model)
    {
        var depths = new Dictionary<string, int> { [model.Model.ImageInput] = 0 };
        foreach (var node in model.Nodes)
        {
            if (!node.Input.Any(depths.ContainsKey)) continue;
            var depth = 1 + node.Input.Max(i => depths.GetValueOrDefault(i));
            foreach (var tensor in node.Output) depths[tensor] = depth;
        }
        return depths;
    }

    // Activation, normalisation, residual sums and joined branches belong to the convolution before them; another convolution does not.
    private static HashSet<string> ReachedFrom(SpecializedGraph model, string tensor)
    {
        var reached = new HashSet<string> { tensor };
        foreach (var node in model.Nodes.Where(IsOther))
            if (node.Input.Any(reached.Contains)) reached.UnionWith(node.Output);
        return reached;

        static bool IsOther(NodeProto node) => !_convolutions.Contains(node.OpType);
    }
}
