using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.PointForms;

/// <summary>The points of a micro-batch, and what their maps are multiplied by, as nodes.</summary>
internal static class PointNodes
{
    /// <summary>Appends the inputs and the nodes that make points of them.</summary>
    /// <returns>The points <c>[B,...image]</c>, and the factor of their maps where the spec asks for one.</returns>
    public static (Value Points, Value? Factor) Append(GraphBuilder graph, ExplanationSpec spec)
    {
        var (points, batch) = (spec.Points!, (long)spec.MicroBatch);
        long[] shape = [batch, .. spec.ImageShape], column = [batch, .. spec.ImageShape.Select(_ => 1L)];
        var image = graph.Input("image", new(ElementType.Float, [1, .. spec.ImageShape]));
        var baseline = points.Baselines == 0 ? null
            : graph.Input("baseline", new(ElementType.Float, [points.Baselines, .. spec.ImageShape]));
        var key = points.Noise || points.Mask == PointMask.Random ? graph.Input("key", new(ElementType.Int64, [3])) : null;
        var variant = points.HasVariants ? graph.Input("variant", new(ElementType.Int64, [batch])) : null;
        if (points is { Mask: PointMask.None, Baselines: > 1 })
            baseline = graph.Node("Gather", new(ElementType.Float, shape), [baseline!, variant!], ("axis", 0));
        if (points.Noise) image = Noisy(graph, spec, image, key!);
        var made = points.Mask switch
        {
            PointMask.Window => MaskNodes.Window(graph, image, baseline!, graph.Input("window", new(ElementType.Int64, [batch, 4]))),
            PointMask.Random => MaskNodes.Random(graph, image, baseline!, points, key!, variant!),
            _ when points.Line => OnLine(
                graph, image, baseline!, graph.Reshape(graph.Input("alpha", new(ElementType.Double, [batch])), column)),
            _ => image,
        };
        made = graph.Expand(made, shape);
        return (made, !spec.Multiplier ? null : points.Factor == PointFactor.Point ? made : graph.Expand(image - baseline!, shape));
    }

    private static Value Noisy(GraphBuilder graph, ExplanationSpec spec, Value image, Value key)
    {
        long batch = spec.MicroBatch, size = image.Shape.Count();
        var noise = NormalNodes.Draw(
            graph, size, key, graph.Input("sample", new(ElementType.Int64, [batch])),
            graph.Input("scale", new(ElementType.Double, [batch])));
        var flat = graph.Reshape(graph.Cast(image, ElementType.Double), 1, size);
        return graph.Reshape(graph.Cast(noise + flat, ElementType.Float), [batch, .. spec.ImageShape]);
    }

    // In double, rounded once, and the image itself at the end of the line: as the host does it.
    private static Value OnLine(GraphBuilder graph, Value image, Value baseline, Value alpha)
    {
        var from = graph.Cast(baseline, ElementType.Double);
        var line = graph.Cast(from + (alpha * (graph.Cast(image, ElementType.Double) - from)), ElementType.Float);
        return graph.Where(graph.Test("Equal", alpha, alpha.Like(1)), image, line);
    }
}
