using SaliencyCluster.Onnx.Schema;


namespace SaliencyCluster.Onnx.Models;

/// <summary>Every tensor name that a graph itself makes: inputs, initializers, outputs of nodes.</summary>
internal static class MadeNames
{
    public static IEnumerable<string> Of(GraphProto graph) =>
        graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(t => t.Name)).Concat(graph.Node.SelectMany(n => n.Output));
}
