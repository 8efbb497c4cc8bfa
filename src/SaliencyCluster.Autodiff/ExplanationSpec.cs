using System.Text.Json.Serialization;

namespace SaliencyCluster.Autodiff;

/// <summary>What map one point (one evaluation of the network) produces.</summary>
public enum PointMap
{
    /// <summary>No map: forward pass only, scores come out.</summary>
    None,

    /// <summary>The gradient of the score with respect to the image (or to <see cref="ExplanationSpec.Layer"/> where one is given).</summary>
    Gradient,

    /// <summary>Sum over channels of (spatial mean of the layer's gradient) times the layer's activation; signed; <c>[1,h,w]</c>.</summary>
    GradCam,

    /// <summary>Grad-CAM++ weights instead of spatial means; <c>[1,h,w]</c>.</summary>
    GradCamPlusPlus,

    /// <summary>Sum over channels of relu(gradient) times activation; <c>[1,h,w]</c>.</summary>
    LayerCam,

    /// <summary>Guided Backprop times the upsampled, rectified Grad-CAM of the layer: two reverse passes over one forward pass.</summary>
    GuidedGradCam,

    /// <summary>Sum over channels of gradient times activation, element by element; signed; <c>[1,h,w]</c>.</summary>
    HiResCam,

    /// <summary>Grad-CAM whose channel weights are means of the gradient weighed by the activation; signed; <c>[1,h,w]</c>.</summary>
    XGradCam,

    /// <summary>The layer's activation, channels first.</summary>
    Activation,

    /// <summary>The layer's activation times its gradient, channels first.</summary>
    ActivationTimesGradient,

    /// <summary>How attention mixes the places of a transformer's tokens into those that the output reads; <c>[1,h,w]</c>.</summary>
    AttentionRollout,

    /// <summary>The same of attention times its gradient, rectified; <c>[1,h,w]</c>.</summary>
    GenericAttention,

    /// <summary>The rectified gradient at each layer's attention of the score that its block's mean token gets, averaged; <c>[1,h,w]</c>.</summary>
    LeGrad,

    /// <summary>Input times gradient and every bias times its gradient, scaled and added up; <c>[1,H,W]</c> of the image.</summary>
    FullGradient,
}

/// <summary>What the score of a point is.</summary>
public enum ScoreKind
{
    /// <summary>The explained output, weighed by the output gradient and summed.</summary>
    Output,

    /// <summary>The same of any float tensor on the way from image to output, as the model holds it.</summary>
    Tensor,

    /// <summary>Minus the squared distance of such a tensor to what it is at the image, relative to its own square there; elements weigh as
    /// the output gradient says. The image comes in as <c>multiplier</c>.</summary>
    Likeness,

    /// <summary>The logarithm of a class's probability: the explained logits weighed by the output gradient, less the logarithm of
    /// the sum of all their exponentials.</summary>
    LogProbability,
}

/// <summary>Which gradient rules are used.</summary>
public enum GradientRules
{
    /// <summary>The true gradient.</summary>
    Default,

    /// <summary>At each Relu: dy where y is positive and dy is positive (Springenberg et al. 2015).</summary>
    GuidedBackprop,

    /// <summary>At each Relu: dy where dy is positive (Zeiler and Fergus 2014).</summary>
    Deconvolution,

    /// <summary>DeepLIFT's multipliers between the point and a reference (Shrikumar et al. 2017). The reference comes in as
    /// <c>multiplier</c>, and what the map is multiplied by is the point less the reference.</summary>
    Rescale,
}

/// <summary>How a coarse map is brought to image size in <see cref="PointMap.GuidedGradCam"/>.</summary>
public enum Upsampling
{
    /// <summary>Nearest neighbour, as Captum.</summary>
    Nearest,

    /// <summary>Bilinear with half-pixel centres, as the paper.</summary>
    Bilinear,
}

/// <summary>The kind of device that a graph is written for. The numbers are the same to rounding; the nodes are not.</summary>
public enum DeviceKind
{
    /// <summary>A processor: forms that ONNX Runtime's CPU kernels run fastest.</summary>
    Cpu,

    /// <summary>A GPU: plain convolutions, whose kernels its runtime chooses itself, and nothing that it has no kernel for.</summary>
    Gpu,
}

/// <summary>The numbers that convolutions are computed in.</summary>
public enum Precision
{
    /// <summary>float32.</summary>
    Float32,

    /// <summary>Images and weights of convolutions rounded to bf16, their sums in float32; everything else in float32. Where a graph has no
    /// convolutions for which that is worth while, it is that of <see cref="Float32"/>.</summary>
    BFloat16,
}

/// <summary>What an explanation graph must compute. Equal specs of the same model give equal graphs, byte for byte.</summary>
public sealed record ExplanationSpec
{
    /// <summary>Gets the shape of one image without the batch dimension, channels first whatever the model's layout, such as <c>[3,224,224]</c>.</summary>
    public required IReadOnlyList<long> ImageShape { get; init; }

    /// <summary>Gets where the model's own input has its channels; points and maps of the image's shape are channels first all the same.</summary>
    public ImageLayout Layout { get; init; }

    /// <summary>Gets how many points one run evaluates.</summary>
    /// <value>At least 1. The default is 1.</value>
    public int MicroBatch { get; init; } = 1;

    /// <summary>Gets how many weighted sums one run returns: rows of the <c>weight</c> input.</summary>
    /// <value>At least 1. The default is 1.</value>
    public int Rows { get; init; } = 1;

    /// <summary>Gets what each point produces.</summary>
    public PointMap Map { get; init; } = PointMap.Gradient;

    /// <summary>Gets the gradient rules.</summary>
    public GradientRules Rules { get; init; } = GradientRules.Default;

    /// <summary>Gets the tensor whose gradient or activation is asked for; null means the image.</summary>
    /// <value>A float tensor of the model on the way from image to output, or <c>last-conv</c>: the last feature map before pooling and flattening.</value>
    public string? Layer { get; init; }

    /// <summary>Gets whether <see cref="Layer"/> holds tokens, <c>[batch, tokens, channels]</c>, whose places maps put on their grid.</summary>
    public bool Tokens { get; init; }

    /// <summary>Gets the layer whose activation is given as the point, channels first, in place of what the model makes of the image; null
    /// where points are images. The image comes in as <c>multiplier</c>: ways around the layer see it. Only without a map.</summary>
    public string? Behind { get; init; }

    /// <summary>Gets the output that is explained; null means the first.</summary>
    public string? Output { get; init; }

    /// <summary>Gets what the score is.</summary>
    public ScoreKind Score { get; init; }

    /// <summary>Gets whether a final Softmax is kept; by default the pre-softmax logits are explained.</summary>
    public bool Probability { get; init; }

    /// <summary>Gets whether the output is wanted as the model gives it, integers as numbers and choices not looked through; only
    /// without a map.</summary>
    public bool AsIs { get; init; }

    /// <summary>Gets outputs that are wanted together as the model gives them, each flattened, one behind the other; only without a
    /// map.</summary>
    /// <value>Empty where <see cref="Output"/> says which one is wanted.</value>
    public IReadOnlyList<string> Joined { get; init; } = [];

    /// <summary>Gets whether each point's map is multiplied by the <c>multiplier</c> input, or by the point less that input where it is the
    /// reference of <see cref="GradientRules.Rescale"/>.</summary>
    public bool Multiplier { get; init; }

    /// <summary>Gets whether the weighted sum of squared point maps is returned too.</summary>
    public bool Squares { get; init; }

    /// <summary>Gets how Guided Grad-CAM enlarges the coarse map.</summary>
    public Upsampling Upsampling { get; init; } = Upsampling.Nearest;

    /// <summary>
    /// Gets whether the graph is rewritten for ONNX Runtime's CPU kernels: large 3x3 convolutions with a third fewer products
    /// (Winograd), gradients of strided operators in phases (polyphase), images side by side where grids are small.
    /// </summary>
    /// <value>The default is true. Only <see cref="DeviceKind.Cpu"/> reads it.</value>
    [JsonPropertyName("FewerProducts")]
    public bool CpuRewrites { get; init; } = true;

    /// <summary>Gets the kind of device that the graph is for.</summary>
    /// <value>The default is <see cref="DeviceKind.Cpu"/>.</value>
    public DeviceKind Device { get; init; }

    /// <summary>Gets the precision of convolutions; only <see cref="DeviceKind.Cpu"/> reads it.</summary>
    /// <value>The default is <see cref="Precision.Float32"/>.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Precision Precision { get; init; }

    /// <summary>Gets what the graph makes its points of itself.</summary>
    /// <value>The default is null: it is given them.</value>
    public DevicePoints? Points { get; init; }

    /// <inheritdoc/>
    public bool Equals(ExplanationSpec? other) => other is not null && Key == other.Key;

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <summary>Gets a short text that names the spec: cache key together with the model's hash.</summary>
    public string Key => string.Join('|', string.Join('x', ImageShape), MicroBatch, Rows, Map, Rules, Layer, Output, Probability,
        Multiplier, Squares, Upsampling, CpuRewrites) + (Device == DeviceKind.Cpu
            ? "" : $"|{Device}") + (Precision == Precision.Float32 ? "" : $"|{Precision}")
        + (Layout == ImageLayout.ChannelsFirst ? "" : "|nhwc") + (AsIs ? "|as-is" : "")
        + (Behind is null ? "" : $"|behind {Behind}") + (Tokens ? "|tokens" : "")
        + (Score == ScoreKind.Output ? "" : $"|{Score}")
        + (Joined.Count > 0 ? $"|joined {string.Join('\n', Joined)}" : "") + Points?.Key;
}
