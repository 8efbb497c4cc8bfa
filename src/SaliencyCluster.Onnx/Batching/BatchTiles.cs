using SaliencyCluster.Onnx.Shapes;
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

    /// <summary>What <paramref name="value"/> holds for <paramref name="from"/> images, for another number of them; null where it
    /// is not the same for each.</summary>
    public static ConstantTensor? Rescale(ConstantTensor value, BatchPlace place, long from, long batch)
    {
        var one = from == 1 ? value : First(value, place, from);
        return from == 1 || (one is not null && Equal(value, Repeat(one, place, from))) ? Repeat(one!, place, batch) : null;
    }

    /// <summary>Where <paramref name="value"/> holds for each of a batch what <paramref name="reference"/> holds for each of another,
    /// or null.</summary>
    public static BatchPlace? PlaceOf(ConstantTensor value, ConstantTensor reference, long from, long batch)
    {
        if (value.Type.Rank != reference.Type.Rank) return null;
        for (var axis = 0; axis < value.Type.Rank; axis++)
            if (value.Type.Shape[axis] * from == reference.Type.Shape[axis] * batch
                && Rescale(reference, new(axis, 1), from, batch) is { } all && Equal(value, all))
                return new(axis, 1);
        return null;
    }

    // The part of the first of several images.
    private static ConstantTensor? First(ConstantTensor value, BatchPlace place, long from)
    {
        var (shape, axis) = (value.Type.Shape, place.Axis);
        if (shape[axis] % (place.Outer * from) != 0) return null;
        var inner = shape[axis] / place.Outer / from;
        var strides = StridedCopy.Strides(shape);
        var first = StridedCopy.Of(value, [.. shape[..axis], place.Outer, inner, .. shape[(axis + 1)..]],
            [.. strides[..axis], strides[axis] * inner * from, strides[axis], .. strides[(axis + 1)..]]);
        return first with { Type = value.Type with { Shape = [.. shape.Select((d, i) => i == axis ? d / from : d)] } };
    }

    public static bool Equal(ConstantTensor a, ConstantTensor b) =>
        a.Type.Element == b.Type.Element && a.Type.Shape.AsSpan().SequenceEqual(b.Type.Shape) && a.Bytes.Span.SequenceEqual(b.Bytes.Span);
}
