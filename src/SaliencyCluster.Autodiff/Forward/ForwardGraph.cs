using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Forward;

/// <summary>A model's forward pass inside a graph that is being built, brought to one opset and one float type.</summary>
/// <param name="Source">The model with static shapes.</param>
/// <param name="Graph">The graph that holds it and goes on growing.</param>
/// <param name="Image">The image input.</param>
/// <param name="Values">Values by the model's own tensor names.</param>
/// <param name="Nodes">The forward nodes in topological order.</param>
internal sealed record ForwardGraph(
    SpecializedGraph Source, GraphBuilder Graph, Value Image, IReadOnlyDictionary<string, Value> Values, IReadOnlyList<GraphNode> Nodes)
{
    /// <summary>Gets the opset of the model's file.</summary>
    public int Opset => Source.Model.Opset;

    /// <summary>Gets what values are at the reference, those that depend on the image; null where there is no pass at one.</summary>
    public IReadOnlyDictionary<Value, Value>? Reference { get; init; }

    /// <summary>The model's own name of a value, for messages.</summary>
    public string NameOf(Value value) =>
        value == Image ? Source.Model.ImageInput : Values.FirstOrDefault(v => v.Value == value).Key ?? value.Name;
}
