using System.Runtime.InteropServices;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Tensors;

/// <summary>float16 and bfloat16 become float32 as a graph is specialised, so that every device can compute it.</summary>
internal static class Widening
{
    // The attributes that name an element type, over all operators.
    private static readonly HashSet<string> TypeAttributes = ["to", "dtype", "output_dtype", "stash_type"];

    /// <summary>The type that a tensor of this type is computed in.</summary>
    public static ElementType Widened(this ElementType type) =>
        type is ElementType.Float16 or ElementType.BFloat16 ? ElementType.Float : type;

    public static ConstantTensor ToFloat(ConstantTensor tensor) => tensor.Type.Element switch
    {
        ElementType.Float16 => Convert(tensor, bits => (float)BitConverter.UInt16BitsToHalf(bits)),
        // bfloat16 is the upper half of a float.
        ElementType.BFloat16 => Convert(tensor, bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)),
        _ => tensor,
    };

    /// <summary>Rewrites attributes that ask for a narrow float.</summary>
    public static void Rewrite(NodeProto node)
    {
        foreach (var a in node.Attribute)
            if (a.HasI && TypeAttributes.Contains(a.Name)) a.I = (long)((ElementType)a.I).Widened();
    }

    private static ConstantTensor Convert(ConstantTensor tensor, Func<ushort, float> convert)
    {
        var bits = tensor.As<ushort>();
        var values = new float[bits.Length];
        for (var i = 0; i < values.Length; i++) values[i] = convert(bits[i]);
        return new(tensor.Type with { Element = ElementType.Float }, MemoryMarshal.AsBytes<float>(values).ToArray());
    }
}
