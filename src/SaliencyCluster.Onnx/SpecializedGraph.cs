using SaliencyCluster.Onnx.Schema;


namespace SaliencyCluster.Onnx;

/// <summary>
/// A model made concrete for given input shapes: every tensor has a static shape, everything that does not depend on
/// the inputs is folded into <see cref="Constants"/>, nodes that do nothing are gone, and every node name is unique.
/// </summary>
/// <param name="Model">Where it came from.</param>
/// <param name="Nodes">The remaining nodes in topological order, default domain and opset of the model.</param>
/// <param name="Constants">Weights and folded values by tensor name.</param>
/// <param name="Types">Type of every input, constant and node output by tensor name.</param>
/// <param name="Inputs">Graph inputs that are not initializers.</param>
/// <param name="Outputs">Graph outputs, in the model's order.</param>
public sealed record SpecializedGraph(
    OnnxModel Model,
    IReadOnlyList<NodeProto> Nodes,
    IReadOnlyDictionary<string, ConstantTensor> Constants,
    IReadOnlyDictionary<string, TensorType> Types,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs)
{
    /// <summary>Gets, for tensors of the model that were removed because they equal another one, the name of that one.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets whether each image of the batch gets what it would get alone; null where the batch is 1.</summary>
    public BatchProof? Batch { get; init; }
}
