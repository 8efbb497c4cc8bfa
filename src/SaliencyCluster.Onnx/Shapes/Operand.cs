namespace SaliencyCluster.Onnx.Shapes;

/// <summary>A tensor of the graph that is being specialised: what is known of it so far.</summary>
/// <param name="Name">Its name in the result.</param>
/// <param name="Type">Element type and static shape.</param>
/// <param name="Constant">Its value, where it does not depend on the image.</param>
internal sealed record Operand(string Name, TensorType Type, ConstantTensor? Constant = null)
{
    /// <summary>Gets where the images of a batch lie; null where the tensor is the same for any batch, or where nobody asked.</summary>
    public BatchPlace? Batch { get; init; }

    /// <summary>
    /// Gets whether this is a constant, such as a shape, that differs with the batch in another way than by having one part per image.
    /// </summary>
    public bool VariesWithBatch { get; init; }
}
