using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Forward;

/// <summary>A second forward pass in the same graph, at images that points are compared with.</summary>
internal static class ReferencePass
{
    /// <summary>Appends the pass and says which value of it belongs to which of the first one.</summary>
    public static ForwardGraph Import(ForwardGraph forward, Value image, ElementType compute, ImageLayout layout)
    {
        var second = ForwardImporter.Import(forward.Source, forward.Graph, image, compute, layout);
        var values = new Dictionary<Value, Value> { [forward.Image] = image };
        // Equal calls give equal nodes, one for one. What does not depend on the image is the same in both.
        foreach (var (node, twin) in forward.Nodes.Zip(second.Nodes))
        {
            if (!node.Inputs.Any(v => v is not null && values.ContainsKey(v))) continue;
            for (var i = 0; i < node.Outputs.Count; i++)
                if (node.Outputs[i] is { } value && twin.Outputs[i] is { } its) values[value] = its;
        }
        return forward with { Reference = values };
    }
}
