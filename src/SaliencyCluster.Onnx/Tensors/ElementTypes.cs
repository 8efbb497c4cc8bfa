namespace SaliencyCluster.Onnx;

/// <summary>Sizes and families of <see cref="ElementType"/>.</summary>
public static class ElementTypes
{
    /// <summary>
    /// Gets the number of bytes of one element, or 0 where a value cannot be held as plain bytes (strings, unknown types).
    /// </summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Int64 or ElementType.UInt64 or ElementType.Double or ElementType.Complex64 => 8,
        ElementType.Complex128 => 16,
        _ => 0,
    };

    /// <summary>Gets whether the type is a real floating-point type, so that a gradient can flow through it.</summary>
    public static bool IsFloat(this ElementType type) =>
        type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;
}
