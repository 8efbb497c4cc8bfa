using System.Text.Json.Serialization;
using SaliencyCluster.Autodiff.Costs;
using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.Autodiff.Reverse;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff;

/// <summary>A float tensor that layer methods can look at.</summary>
/// <param name="Tensor">Its ONNX name.</param>
/// <param name="Operator">The operator that makes it.</param>
/// <param name="Shape">Its shape without the batch dimension; -1 where it depends on the image's size.</param>
/// <param name="GradCam">Whether it has channels and a spatial grid, so that Grad-CAM makes sense on it.</param>
public sealed record LayerInfo(string Tensor, string Operator, IReadOnlyList<long> Shape, bool GradCam)
{
    /// <summary>Gets whether its last dimension holds the channels, not its first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ChannelsLast { get; init; }
}

/// <summary>What is known of a model before anything runs.</summary>
/// <param name="Hash">SHA-256 of the file.</param>
/// <param name="Opset">Opset of the default domain.</param>
/// <param name="Input">Name of the image input.</param>
/// <param name="ImageShape">Shape of one image, channels first whatever the model's own layout; -1 where it is free.</param>
/// <param name="Output">Name of the first output.</param>
/// <param name="OutputShape">Its shape without batch; -1 where it depends on the image's size.</param>
/// <param name="FreeBatch">Whether several points can be evaluated in one run.</param>
/// <param name="EndsInSoftmax">Whether the logits before a final Softmax or Sigmoid are explained by default.</param>
/// <param name="Layers">Float tensors on the way from image to output.</param>
/// <param name="LastConvolution">The tensor that <c>last-conv</c> means, if there is one: the feature map that the deepest convolution ends in,
/// after its activation, residual sum and joined branches, before pooling and flattening.</param>
/// <param name="MissingRules">Every node on the way without a gradient rule, as one text each; empty when gradients work.</param>
/// <param name="Relus">Number of Relu nodes on the way: Guided Backprop and Deconvolution need at least one.</param>
/// <param name="Parameters">Number of trained parameters.</param>
public sealed record ModelSummary(
    string Hash, int Opset, string Input, IReadOnlyList<long> ImageShape, string Output, IReadOnlyList<long> OutputShape,
    bool FreeBatch, bool EndsInSoftmax, IReadOnlyList<LayerInfo> Layers, string? LastConvolution,
    IReadOnlyList<string> MissingRules, int Relus, long Parameters)
{
    /// <summary>Gets what evaluating it at one image takes; null for a model that an earlier version looked over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelCost? Cost { get; init; }

    /// <summary>Gets where the model's own input has its channels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImageLayout Layout { get; init; }

    /// <summary>Gets how the layout was found, in words: the node that reads channels, or the shape; null where it was given or there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? LayoutFrom { get; init; }

    /// <summary>Gets the operator before which logits are explained by default, <c>Softmax</c> or <c>Sigmoid</c>; null where the output is explained as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Activation { get; init; }

    /// <summary>Gets the tensor that holds these logits; null where the output is explained as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Logits { get; init; }

    /// <summary>Gets the shape of one image in the model's own layout; -1 where it is free.</summary>
    [JsonIgnore]
    public IReadOnlyList<long> InputShape => Layout.ToOwn(ImageShape);

    /// <summary>Looks a model over.</summary>
    /// <param name="model">A checked model.</param>
    /// <param name="imageShape">Shape of one image, channels first, needed where the model leaves height or width free and works at few sizes; null tries usual ones.</param>
    /// <param name="layout">Where the model's input has its channels; null finds out from the graph.</param>
    /// <exception cref="SaliencyException">SAL10xx: the model cannot be read at this shape.</exception>
    public static ModelSummary Of(OnnxModel model, IReadOnlyList<long>? imageShape = null, ImageLayout? layout = null) =>
        Summaries.ModelSurvey.Of(model, imageShape, layout);
}
