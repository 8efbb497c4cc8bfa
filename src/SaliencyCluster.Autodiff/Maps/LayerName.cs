using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Finds the tensor that a layer's name means.</summary>
internal static class LayerName
{
    /// <summary>The feature map that the last convolution on the way ends in: <see cref="LastFeatureMap"/>.</summary>
    public const string LastConvolution = "last-conv";

    /// <summary>The model's tensor that the spec means; null for the image.</summary>
    /// <exception cref="SaliencyException">SAL1103: there is no such tensor on the way.</exception>
    public static string? Resolve(SpecializedGraph model, ExplanationSpec spec, string output)
    {
        var isCam = spec.Map is not (PointMap.None or PointMap.Gradient) && spec.Map < PointMap.AttentionRollout;
        var asked = spec.Layer ?? (isCam ? LastConvolution : null);
        if (asked is null || asked == model.Model.ImageInput || spec.Map == PointMap.None) return null;
        var layers = Layers.OnTheWay(model, output, spec.Layout);
        if (model.Aliases.TryGetValue(asked, out var same)) asked = same; // it equals a tensor that is still there
        if (asked == LastConvolution && !layers.Any(l => l.Tensor == asked)) return LastFeatureMap.Find(model, output, layers)
            ?? throw Unknown();
        return layers.Any(l => l.Tensor == asked) ? asked : throw Unknown();

        SaliencyException Unknown() => Errors.UnknownLayer(
            model.Model.Source, asked, layers.Where(l => l.GradCam).Select(l => l.Tensor).TakeLast(3).DefaultIfEmpty(layers.FirstOrDefault()?.Tensor ?? model.Model.ImageInput));
    }
}
