using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Guided Backprop times the enlarged, rectified Grad-CAM: two reverse passes with different rules over one forward pass.</summary>
/// <remarks>Selvaraju et al., 2017, https://arxiv.org/abs/1610.02391; enlarged as Captum does (nearest) or as the paper (bilinear).</remarks>
internal static class GuidedGradCam
{
    public static Value Append(MapContext c)
    {
        var image = c.Forward.Image;
        var coarse = c.Graph.Unary("Relu", ClassActivation.GradCam(c, GradientRules.Default));
        if (image.Rank != 4 || coarse.Rank != 4)
            throw Errors.LayerShape(c.Forward.Source.Model.Source, c.Spec.Layer
                ?? LayerName.LastConvolution, "Guided Grad-CAM", c.Layer!.Shape);
        return c.Gradient(image, GradientRules.GuidedBackprop) * Enlarge(c.Graph, coarse, image.Shape, c.Spec.Upsampling);
    }

    private static Value Enlarge(GraphBuilder graph, Value map, long[] image, Upsampling how)
    {
        var size = new[] { map.Shape[0], map.Shape[1], image[2], image[3] };
        var type = new TensorType(map.Type.Element, size);
        Value?[] inputs = [map, null, null, graph.Ints(size)];
        return how == Upsampling.Nearest
            ? graph.Node("Resize", type, inputs, ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"))
            : graph.Node("Resize", type, inputs, ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"));
    }
}
