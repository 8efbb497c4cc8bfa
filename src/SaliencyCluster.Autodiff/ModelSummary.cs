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

    /// <summary>Looks a model over.</summary>
    /// <param name="model">A checked model.</param>
    /// <param name="imageShape">Shape of one image, needed where the model leaves height or width free; null takes 224 for free ones.</param>
    /// <exception cref="SaliencyException">SAL10xx: the model cannot be read at this shape.</exception>
    public static ModelSummary Of(OnnxModel model, IReadOnlyList<long>? imageShape = null)
    {
        var declared = ImageInput.DeclaredShape(model);
        long[] shape = imageShape is null ? [.. declared.Select((d, i) => d > 0 ? d : i == 0 ? FreeChannels : FreeSize)] : [.. imageShape];
        var batch = ImageInput.DeclaredBatch(model) is > 1 and var n ? (int)n : 1;
        var source = Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [batch, .. shape] });
        var explained = ExplainedOutput.Find(source, null, probability: false, batch);
        var layers = Maps.Layers.OnTheWay(source, explained.Tensor);

        var graph = new GraphBuilder();
        graph.Source = model.Source;
        graph.Reserve("seed");
        var image = graph.Input("point", new(ElementType.Float, [batch, .. shape]));
        var forward = ForwardImporter.Import(source, graph, image, ElementType.Float);
        var path = GradientPath.Find(forward, image, forward.Values[explained.Tensor], VjpRuleTable.Default);
        return new(
            model.Hash, model.Opset, model.ImageInput, declared, source.Outputs[0], source.Types[explained.Tensor].Shape[1..],
            ImageInput.TakesAnyBatch(model, shape), explained.SkippedSoftmax, layers, LastFeatureMap.Find(source, explained.Tensor, layers),
            [.. path.Missing.Select(m => m.Describe(path, forward.Opset))],
            path.Nodes.Count(node => node.Op == "Relu"),
            source.Constants.Values.Where(c => c.Type.Element is ElementType.Float or ElementType.Double).Sum(c => c.Type.Count))
        {
            Cost = CostEstimate.Of(forward, forward.Values[explained.Tensor], path),
        };
    }

    // What an image's free dimensions are taken to be where nothing else is said.
    private const long FreeChannels = 3;
    private const long FreeSize = 224;
}
