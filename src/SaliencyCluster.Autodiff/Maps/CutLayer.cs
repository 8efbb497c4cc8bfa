using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>A layer whose activation is given to the graph, so that only what lies behind it is computed.</summary>
/// <param name="Tensor">The model's tensor.</param>
/// <param name="Shape">Its shape with the batch, channels first.</param>
/// <param name="ChannelsLast">Whether the model has its channels last.</param>
internal sealed record CutLayer(string Tensor, long[] Shape, bool ChannelsLast)
{
    /// <summary>Finds the layer of a spec; null where points are images.</summary>
    /// <exception cref="SaliencyException">SAL1103: there is no such tensor on the way.</exception>
    public static CutLayer? Of(SpecializedGraph source, ExplanationSpec spec, string output)
    {
        if (spec.Behind is null) return null;
        var tensor = LayerName.Resolve(source, spec with { Map = PointMap.Activation, Layer = spec.Behind }, output)
            ?? throw Errors.BadSpec("Nothing lies behind the image but the whole network.");
        var last = LayerLayouts.ChannelsLast(source, spec.Layout).Contains(tensor);
        var own = source.Types[tensor].Shape;
        return new(tensor, last ? [own[0], own[^1], .. own[1..^1]] : own, last);
    }

    /// <summary>Appends the forward pass from the layer on; ways around it begin at the image.</summary>
    public ForwardGraph Import(SpecializedGraph source, Value activation, Value image, ElementType compute, ImageLayout layout) =>
        ForwardImporter.Import(
            source, activation.Graph, image, compute, layout,
            (Tensor, ChannelsLast ? activation.Graph.Transpose(activation, 0, 2, 3, 1) : activation));
}
