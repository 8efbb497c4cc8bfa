using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff;

/// <summary>A float tensor that layer methods can look at.</summary>
/// <param name="Tensor">Its ONNX name.</param>
/// <param name="Operator">The operator that makes it.</param>
/// <param name="Shape">Its shape without the batch dimension.</param>
/// <param name="GradCam">Whether it has channels and a spatial grid, so that Grad-CAM makes sense on it.</param>
public sealed record LayerInfo(string Tensor, string Operator, IReadOnlyList<long> Shape, bool GradCam);

/// <summary>What is known of a model before anything runs.</summary>
/// <param name="Hash">SHA-256 of the file.</param>
/// <param name="Opset">Opset of the default domain.</param>
/// <param name="Input">Name of the image input.</param>
/// <param name="ImageShape">Shape of one image; -1 where it is free.</param>
/// <param name="Output">Name of the first output.</param>
/// <param name="OutputShape">Its shape without batch.</param>
/// <param name="FreeBatch">Whether several points can be evaluated in one run.</param>
/// <param name="EndsInSoftmax">Whether the logits before a final Softmax are explained by default.</param>
/// <param name="Layers">Float tensors on the way from image to output.</param>
/// <param name="LastConvolution">The tensor that <c>last-conv</c> means, if there is one.</param>
/// <param name="MissingRules">Every node on the way without a gradient rule, as one text each; empty when gradients work.</param>
/// <param name="Relus">Number of Relu nodes on the way: Guided Backprop and Deconvolution need at least one.</param>
/// <param name="Parameters">Number of trained parameters.</param>
public sealed record ModelSummary(
    string Hash, int Opset, string Input, IReadOnlyList<long> ImageShape, string Output, IReadOnlyList<long> OutputShape,
    bool FreeBatch, bool EndsInSoftmax, IReadOnlyList<LayerInfo> Layers, string? LastConvolution,
    IReadOnlyList<string> MissingRules, int Relus, long Parameters)
{
    /// <summary>Looks a model over.</summary>
    /// <param name="model">A checked model.</param>
    /// <param name="imageShape">Shape of one image, needed where the model leaves height or width free; null takes 224 for free ones.</param>
    public static ModelSummary Of(OnnxModel model, IReadOnlyList<long>? imageShape = null) =>
        throw new SaliencyException("SAL1000", "Not built yet.", "");
}
