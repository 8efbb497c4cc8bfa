using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;
using SaliencyCluster.Tiles.Pooling;

namespace SaliencyCluster.Autodiff.PackedForms;

/// <summary>What gradient rules write in several nodes, and packed operators do in one.</summary>
internal static class PackedPatterns
{
    /// <summary>Finds the gradient of a Relu: a gradient where a tensor is greater than 0, and 0 elsewhere.</summary>
    public static (Value Mask, Value Gradient, GraphNode Test)? FindMask(GraphNode node)
    {
        if (node.Op != "Where" || node.Inputs[0]!.Producer is not { Op: "Greater" } test || node.Inputs[1] is not { } gradient) return null;
        if (!IsZero(node.Inputs[2]!) || !IsZero(test.Inputs[1]!) || test.Inputs[0] is not { } mask) return null;
        return IsImages(mask) && SameShape(mask, gradient) ? (mask, gradient, test) : null;
    }

    /// <summary>Finds the gradient of a max pool: its node last, the gradient scattered to where the largest elements were.</summary>
    public static (GraphNode Pool, Value Gradient, GraphNode[] Inner)? FindPoolGradient(GraphNode node)
    {
        if (node.Op != "Reshape" || node.Inputs[0]!.Producer is not { Op: "ScatterElements" } scatter) return null;
        if (scatter.Inputs[1]!.Producer is not { Op: "Reshape" } places) return null;
        if (places.Inputs[0]!.Producer is not { Op: "MaxPool" } pool) return null;
        if (scatter.Inputs[2]!.Producer is not { Op: "Reshape" } flat || flat.Inputs[0] is not { } gradient) return null;
        if (pool.Outputs.Count < 2 || pool.Outputs[1] != places.Inputs[0] || Pool(pool) is null) return null;
        return SameShape(node.Outputs[0]!, pool.Inputs[0]!) && SameShape(gradient, pool.Outputs[0]!)
            ? (pool, gradient, [scatter, places, flat]) : null;
    }

    /// <summary>Gets the windows of a max pool of images; null where they have holes.</summary>
    public static PoolGeometry? Pool(GraphNode node)
    {
        if (node.Op != "MaxPool" || node.Inputs[0] is not { } x || !IsImages(x)) return null;
        var y = node.Outputs[0]!;
        var window = Window.Of(node, node.Ints("kernel_shape")!, x.Shape[2..], y.Shape[2..]);
        if (window.Dilations.Any(d => d != 1) || window.Before.Any(p => p < 0)) return null;
        return new(
            (int)y.Shape[2], (int)y.Shape[3], (int)window.Kernel[0], (int)window.Kernel[1], (int)window.Strides[0], (int)window.Strides[1],
            (int)window.Before[0], (int)window.Before[1]);
    }

    /// <summary>Gets whether a node gives one number of each channel to all places.</summary>
    public static bool IsSpread(GraphNode? node) =>
        node is { Op: "Expand" } && IsImages(node.Outputs[0]!) && node.Inputs[0] is { Rank: 4 } from
        && from.Shape[2] == 1 && from.Shape[3] == 1 && from.Shape.AsSpan(0, 2).SequenceEqual(node.Outputs[0]!.Shape.AsSpan(0, 2));

    /// <summary>Gets whether a tensor can be packed: images in float32, with more channels than pictures have.</summary>
    public static bool IsImages(Value value) => value is { Rank: 4, Type.Element: ElementType.Float } && value.Shape[1] > 4;

    public static bool SameShape(Value a, Value b) => a.Shape.AsSpan().SequenceEqual(b.Shape);

    private static bool IsZero(Value value) => value.Constant is { Type.Element: ElementType.Float } constant
        && constant.Type.Count == 1 && constant.As<float>()[0] == 0;
}
