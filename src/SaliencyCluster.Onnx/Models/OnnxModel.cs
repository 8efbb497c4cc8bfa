using SaliencyCluster.Onnx.Schema;


namespace SaliencyCluster.Onnx;

/// <summary>A model that was read and checked: nodes in topological order, every reference resolved.</summary>
/// <param name="Proto">The model as read. Treat as immutable.</param>
/// <param name="Source">The file name or other origin, for messages.</param>
/// <param name="Hash">Lower-case hexadecimal SHA-256 of the file's bytes: the identity of the model everywhere.</param>
/// <param name="Opset">The version of the default domain (<c>ai.onnx</c>).</param>
/// <param name="ImageInput">The name of the float input that takes images.</param>
public sealed record OnnxModel(ModelProto Proto, string Source, string Hash, int Opset, string ImageInput)
{
    /// <summary>Gets whether the first dimension of the image input counts images; false where the input is one image, such as
    /// [3,H,W].</summary>
    /// <remarks>Shapes of inputs have a batch all the same: it is taken away in front of the model's own nodes.</remarks>
    public bool HasBatch { get; init; } = true;

    /// <summary>Gets the hash of the model that this one was derived from, such as by randomising layers; null for a model that was
    /// read.</summary>
    /// <remarks>Derived models come by the dozen and are soon done with, so caches keep only the last few of them.</remarks>
    public string? DerivedFrom { get; init; }
}
