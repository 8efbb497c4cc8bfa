using System.Text.Json.Serialization;
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

    /// <summary>Gets rows and columns of the grid whose places its first dimension lists, perhaps among class tokens; null where it lists none.
    /// Its last dimension holds the channels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyList<long>? Tokens { get; init; }

    /// <summary>Gets the number of channels; -1 where it is not known.</summary>
    [JsonIgnore]
    public long Channels => Shape.Count == 0 ? -1 : Tokens is not null || ChannelsLast ? Shape[^1] : Shape[0];

    /// <summary>Gets the sizes of its grid; -1 where they depend on the image's size.</summary>
    [JsonIgnore]
    public IReadOnlyList<long> Grid => Tokens ?? [.. ChannelsLast ? Shape.SkipLast(1) : Shape.Skip(1)];
}

/// <summary>A layer in which tokens attend to tokens.</summary>
/// <param name="Name">The tensor of the attention's weights, or the model's node where it is one operator.</param>
/// <param name="Heads">Heads, times windows where it looks at windows of the image; -1 where that depends on the image's size.</param>
/// <param name="Queries">Tokens that attend; -1 where that depends on the image's size.</param>
/// <param name="Keys">Tokens that are attended to; -1 where that depends on the image's size.</param>
/// <param name="Problem">Why its weights cannot be followed from place to place; null where they can.</param>
public sealed record AttentionInfo(string Name, long Heads, long Queries, long Keys, string? Problem);

/// <summary>What is known of a model's attention.</summary>
/// <param name="Layers">Its layers, in forward order.</param>
/// <param name="Problem">Why no map can be made of them; null where one can.</param>
/// <param name="BlockProblem">Why layers cannot be asked one by one, as LeGrad does; null where they can.</param>
public sealed record AttentionSummary(IReadOnlyList<AttentionInfo> Layers, string? Problem, string? BlockProblem);

/// <summary>One output of a model that has several.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">The shape without batch of what is explained; -1 where it depends on the image's size.</param>
/// <param name="Problem">Why it cannot be explained; null where it can.</param>
public sealed record OutputSummary(string Name, IReadOnlyList<long> Shape, string? Problem)
{
    /// <summary>Gets what is known of the model where this output is explained, its layers without <see cref="Shared"/>; null for the one explained by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelSummary? Summary { get; init; }

    /// <summary>Gets the places of those layers that are on the way to the default output too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Shared { get; init; }
}

/// <summary>What is known of a model before anything runs.</summary>
/// <param name="Hash">SHA-256 of the file.</param>
/// <param name="Opset">Opset of the default domain.</param>
/// <param name="Input">Name of the image input.</param>
/// <param name="ImageShape">Shape of one image, channels first whatever the model's own layout; -1 where it is free.</param>
/// <param name="Output">Name of the output that is explained.</param>
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

    /// <summary>Gets the operator that makes the output by a choice from what is explained, such as <c>ArgMax</c>; null where the output is explained itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Chooser { get; init; }

    /// <summary>Gets <see cref="Output"/> where it is not the model's first one; null where it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? NamedOutput { get; init; }

    /// <summary>Gets whether every way from image to output passes something whose gradient is zero or has none, such as integers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NoGradientPath { get; init; }

    /// <summary>Gets the operators on the way whose multipliers are not exact for DeepLIFT, each with how many nodes it has, such as
    /// <c>Softmax (12 nodes)</c>; null where there are none, or an earlier version looked the model over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyList<string>? NotRescaled { get; init; }

    /// <summary>Gets by what the model multiplies its image itself before anything looks at it, where that is a scale of pixels from 0 to
    /// 255, such as 1/255; null where it does not, or an earlier version looked the model over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? PixelScale { get; init; }

    /// <summary>Gets what is known of its attention; null where it has none, or an earlier version looked the model over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AttentionSummary? Attention { get; init; }

    /// <summary>Gets the tensor that <c>last-tokens</c> means: the tokens that queries, keys and values of the last attention are made of;
    /// null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? LastTokens { get; init; }

    /// <summary>Gets the model's outputs in its order, where there are several; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyList<OutputSummary>? Outputs { get; init; }

    /// <summary>Gets the model's outputs in its order, the only one too.</summary>
    [JsonIgnore]
    public IReadOnlyList<OutputSummary> AllOutputs => Outputs ?? [new(Output, OutputShape, null)];

    /// <summary>Gets whether <see cref="Output"/> is a tensor between image and outputs, as <see cref="ForTensor"/> says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsInside { get; init; }

    /// <summary>Gets the summary with a tensor between image and outputs as what is explained, as the model holds it.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    public ModelSummary ForTensor(LayerInfo layer) => this with
    {
        Output = layer.Tensor, OutputShape = layer.Shape, NamedOutput = layer.Tensor, IsInside = true,
        EndsInSoftmax = false, Activation = null, Logits = null, Chooser = null, Outputs = null,
    };

    /// <summary>Gets the summary with another output as the one that is explained. The list of outputs keeps names and shapes only.</summary>
    /// <param name="output">Its name; null means <see cref="Output"/>.</param>
    /// <returns>Null where there is no such output, or it cannot be explained.</returns>
    public ModelSummary? ForOutput(string? output)
    {
        if (Outputs is null) return output is null || output == Output ? this : null;
        OutputSummary[] names = [.. Outputs.Select(o => o with { Summary = null, Shared = null })];
        if (output is null || output == Output) return this with { Outputs = names };
        return Outputs.FirstOrDefault(o => o.Name == output) is { Summary: { } found, Shared: { } shared }
            ? found with { Hash = Hash, Layers = [.. shared.Select(i => Layers[i]), .. found.Layers], Outputs = names }
            : null;
    }

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
