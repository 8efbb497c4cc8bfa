using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Lists the tensors that layer methods can look at.</summary>
internal static class Layers
{
    /// <summary>Every float tensor that a node makes on a way from the image to <paramref name="output"/>, in forward order.</summary>
    public static IReadOnlyList<LayerInfo> OnTheWay(SpecializedGraph model, string output, ImageLayout layout)
    {
        var last = LayerLayouts.ChannelsLast(model, layout);
        var reached = new HashSet<string> { model.Model.ImageInput };
        foreach (var node in model.Nodes)
            if (node.Input.Any(reached.Contains))
                reached.UnionWith(node.Output.Where(o => o.Length > 0));

        var needed = new HashSet<string> { output };
        var layers = new List<LayerInfo>();
        foreach (var node in model.Nodes.Reverse())
        {
            if (!node.Output.Any(needed.Contains)) continue;
            needed.UnionWith(node.Input);
            foreach (var tensor in node.Output.Reverse())
                if (needed.Contains(tensor) && reached.Contains(tensor) && model.Types[tensor] is { } type && IsFloat(type.Element))
                    layers.Add(Of(tensor, node.OpType, type, last.Contains(tensor)));
        }
        layers.Reverse();
        return layers;
    }

    private static LayerInfo Of(string tensor, string op, TensorType type, bool isLast)
    {
        var hasGrid = type.Rank == 4 && (isLast ? type.Shape[1] * type.Shape[2] : type.Shape[2] * type.Shape[3]) > 1;
        return new(tensor, op, type.Shape.Skip(1).ToArray(), hasGrid) { ChannelsLast = isLast };
    }

    private static bool IsFloat(ElementType element) => element is ElementType.Float or ElementType.Double;
}
