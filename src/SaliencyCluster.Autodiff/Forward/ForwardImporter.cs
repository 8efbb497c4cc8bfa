using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Opsets;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Forward;

/// <summary>Replays a model's nodes into a builder, each brought to the form of opset 18 first.</summary>
internal static class ForwardImporter
{
    /// <summary>Appends the forward pass of <paramref name="source"/> to <paramref name="graph"/>.</summary>
    /// <param name="source">The model with static shapes.</param>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="image">What the image input is, channels first.</param>
    /// <param name="compute">The type of all floating-point values.</param>
    /// <param name="layout">Where the model itself wants the channels.</param>
    /// <param name="given">Tensors that are given in place of what the model makes.</param>
    public static ForwardGraph Import(
        SpecializedGraph source, GraphBuilder graph, Value image, ElementType compute, ImageLayout layout,
        params IEnumerable<(string Tensor, Value Value)> given)
    {
        graph.Source = source.Model.Source;
        var first = graph.Nodes.Count;
        var own = layout == ImageLayout.ChannelsLast && image.Rank == 4 ? graph.Transpose(image, 0, 2, 3, 1) : image;
        var values = new Dictionary<string, Value>(StringComparer.Ordinal) { [source.Model.ImageInput] = own };
        foreach (var (tensor, value) in given) values[tensor] = value;
        var known = values.Keys.ToHashSet();
        foreach (var proto in source.Nodes)
        {
            graph.Origin = proto.Name;
            var node = new ModelNode(proto, source.Model.Opset, graph, compute)
            {
                Inputs = [.. proto.Input.Select(Resolve)],
                Types = [.. proto.Output.Select(o => o.Length == 0 ? null : FloatType.Of(source.Types[o], compute))],
            };
            var outputs = OpsetForms.Emit(node);
            for (var i = 0; i < proto.Output.Count; i++)
                if (proto.Output[i].Length > 0 && i < outputs.Count && outputs[i] is { } value
                    && !known.Contains(proto.Output[i]))
                    values[proto.Output[i]] = value;
        }
        foreach (var output in source.Outputs) Resolve(output);
        graph.Origin = "";
        return new(source, graph, image, values, [.. graph.Nodes.Skip(first)]);

        Value? Resolve(string name)
        {
            if (name.Length == 0) return null;
            if (values.TryGetValue(name, out var there)) return there;
            if (!source.Constants.TryGetValue(name, out var constant)) throw UnknownInput(source, name);
            return values[name] = graph.Constant(FloatType.Of(constant, compute), name);
        }
    }

    private static SaliencyException UnknownInput(SpecializedGraph source, string name) => new(
        "SAL1107",
        $"Model '{source.Model.Source}' needs the input '{name}' besides the image '{source.Model.ImageInput}'.",
        "Export the model with the image as its only input, the others as constants.");
}
