using System.Runtime.InteropServices;

namespace SaliencyCluster.Onnx.Tensors;

/// <summary>Copies a tensor through strides: what Transpose, Slice, Expand and broadcasting have in common.</summary>
internal static class StridedCopy
{
    /// <summary>Element (i, j, ...) of the result is element offset + i * strides[0] + j * strides[1] + ... of the source.</summary>
    public static ConstantTensor Of(ConstantTensor source, long[] shape, long[] strides, long offset = 0)
    {
        var type = source.Type with { Shape = shape };
        return new(type, source.Type.Element.Size() switch
        {
            1 => Copy<byte>(source, type, strides, offset),
            2 => Copy<ushort>(source, type, strides, offset),
            4 => Copy<uint>(source, type, strides, offset),
            8 => Copy<ulong>(source, type, strides, offset),
            _ => Copy<UInt128>(source, type, strides, offset),
        });
    }

    /// <summary>Repeats a tensor along the axes where it has size 1 or none, so that it has the wanted shape.</summary>
    public static ConstantTensor Broadcast(ConstantTensor source, long[] shape)
    {
        if (source.Type.Shape.AsSpan().SequenceEqual(shape)) return source;
        var own = Strides(source.Type.Shape);
        var lead = shape.Length - own.Length;
        return Of(source, shape, [.. shape.Select((d, i) => i < lead || source.Type.Shape[i - lead] == 1 ? 0 : own[i - lead])]);
    }

    /// <summary>The distance between neighbours along each axis of a tensor in C order.</summary>
    public static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        for (var (i, step) = (shape.Length - 1, 1L); i >= 0; step = Limits.Multiply(step, shape[i]), i--) strides[i] = step;
        return strides;
    }

    private static byte[] Copy<T>(ConstantTensor source, TensorType type, long[] strides, long offset) where T : unmanaged
    {
        var bytes = new byte[type.Count * type.Element.Size()];
        var from = source.As<T>();
        var to = MemoryMarshal.Cast<byte, T>(bytes.AsSpan());
        var index = new long[type.Rank];
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = from[(int)offset];
            for (var axis = type.Rank - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < type.Shape[axis]) break;
                offset -= index[axis] * strides[axis];
                index[axis] = 0;
            }
        }
        return bytes;
    }
}
