using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>Constants that hold the same once for each image.</summary>
internal static class BatchTiles
{
    /// <summary>Repeats a tensor for each image.</summary>
    public static ConstantTensor Repeat(ConstantTensor value, BatchPlace place, long times)
    {
        var (shape, strides, axis) = (value.Type.Shape, StridedCopy.Strides(value.Type.Shape), place.Axis);
        var inner = shape[axis] / place.Outer;
        var tiled = StridedCopy.Of(value, [.. shape[..axis], place.Outer, times, inner, .. shape[(axis + 1)..]],
            [.. strides[..axis], strides[axis] * inner, 0, strides[axis], .. strides[(axis + 1)..]]);
        return tiled with { Type = value.Type with { Shape = [.. shape.Select((d, i) => i == axis ? d * times : d)] } };
    }

    /// <summary>Where <paramref name="value"/> repeats <paramref name="one"/> for each image, or null.</summary>
    public static BatchPlace? PlaceOf(ConstantTensor value, ConstantTensor one, long times)
    {
        if (value.Type.Rank != one.Type.Rank || value.Type.Count != one.Type.Count * times) return null;
        for (var axis = 0; axis < one.Type.Rank; axis++)
            if (value.Type.Shape[axis] == one.Type.Shape[axis] * times && Equal(value, Repeat(one, new(axis, 1), times)))
                return new(axis, 1);
        return null;
    }

    public static bool Equal(ConstantTensor a, ConstantTensor b) =>
        a.Type.Element == b.Type.Element && a.Type.Shape.AsSpan().SequenceEqual(b.Type.Shape) && a.Bytes.Span.SequenceEqual(b.Bytes.Span);
}
