using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>Constants that hold the same once for each image.</summary>
internal static class BatchTiles
{
    /// <summary>Repeats a tensor: copies follow each other along an axis.</summary>
    public static ConstantTensor Repeat(ConstantTensor value, int axis, long times)
    {
        var (shape, strides) = (value.Type.Shape, StridedCopy.Strides(value.Type.Shape));
        var tiled = StridedCopy.Of(value, [.. shape[..axis], times, .. shape[axis..]], [.. strides[..axis], 0, .. strides[axis..]]);
        return tiled with { Type = value.Type with { Shape = [.. shape.Select((d, i) => i == axis ? d * times : d)] } };
    }

    /// <summary>The axis along which <paramref name="value"/> repeats <paramref name="one"/>, or null.</summary>
    public static int? AxisOf(ConstantTensor value, ConstantTensor one, long times)
    {
        if (value.Type.Rank != one.Type.Rank || value.Type.Count != one.Type.Count * times) return null;
        for (var axis = 0; axis < one.Type.Rank; axis++)
            if (value.Type.Shape[axis] == one.Type.Shape[axis] * times && Equal(value, Repeat(one, axis, times))) return axis;
        return null;
    }

    public static bool Equal(ConstantTensor a, ConstantTensor b) =>
        a.Type.Element == b.Type.Element && a.Type.Shape.AsSpan().SequenceEqual(b.Type.Shape) && a.Bytes.Span.SequenceEqual(b.Bytes.Span);
}
