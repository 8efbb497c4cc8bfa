using System.Runtime.CompilerServices;

namespace SaliencyCluster.Tiles.Layout;

/// <summary>A bf16 number is the upper half of a float32: its range, with 8 bits of precision.</summary>
public static class BFloat
{
    /// <summary>Rounds to the nearest number, ties to even. What is not a number stays none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        // Rounding would carry a NaN whose payload lies in the lower half over to infinity.
        if ((bits & 0x7fffffff) > 0x7f800000) return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Gets the float32 of the same value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
}
