using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SaliencyCluster.Tiles.Layout;

/// <summary>Sixteen channels of a packed tensor as float32, and back. Software stands in where the processor has no such vectors.</summary>
internal static unsafe class PackedVector
{
    /// <summary>Reads 16 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ReadOnlySpan<ushort> from) =>
        (Wide(MemoryMarshal.Read<Vector256<ushort>>(MemoryMarshal.AsBytes(from[..PackedShape.Lanes]))) << 16).AsSingle();

    /// <summary>Reads 16 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* from) => (Wide(*(Vector256<ushort>*)from) << 16).AsSingle();

    /// <summary>Rounds 16 numbers to the nearest, ties to even, and writes them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ushort* to) => *(Vector256<ushort>*)to = Rounded(value);

    /// <summary>Rounds 16 numbers to the nearest, ties to even, and writes them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, Span<ushort> to) =>
        MemoryMarshal.Write(MemoryMarshal.AsBytes(to[..PackedShape.Lanes]), Rounded(value));

    /// <summary>Sixteen numbers of 16 bits as 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Wide(Vector256<ushort> halves)
    {
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector512UInt32(halves);
        var (lower, upper) = Vector256.Widen(halves);
        return Vector512.Create(lower, upper);
    }

    /// <summary>Sixteen numbers of 32 bits as 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Narrow(Vector512<uint> wide) =>
        Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(wide) : Vector256.Narrow(wide.GetLower(), wide.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Rounded(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        return Narrow((bits + Vector512.Create(0x7fffu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16);
    }
}
