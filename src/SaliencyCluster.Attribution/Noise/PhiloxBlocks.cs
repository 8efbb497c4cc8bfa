using System.Numerics;

namespace SaliencyCluster.Attribution.Noise;

/// <summary>Philox4x32-10 for many consecutive counters at once, as numbers between 0 and 1.</summary>
internal static class PhiloxBlocks
{
    private const ulong M0 = 0xD2511F53, M1 = 0xCD9E8D57, Low = 0xFFFFFFFF;
    private const uint W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    // As bits of a double, 2^52 with a number below 2^32 or-ed in is 2^52 plus that number, exactly.
    private const ulong TwoTo52 = 0x4330000000000000;
    private const double TwoTo52LessHalf = 4503599627370495.5, TwoToMinus32 = 1.0 / 4294967296;

    /// <summary>Writes <c>(r + 0.5) * 2^-32</c> for each of the four outputs of blocks <c>first, first + 1, ...</c>.</summary>
    /// <remarks>The spans have equal lengths, a multiple of <c>Vector&lt;ulong&gt;.Count</c>.</remarks>
    public static void Fill(
        uint first, uint sample, uint image, uint stream, ulong key, Span<double> u0, Span<double> u1, Span<double> u2, Span<double> u3)
    {
        var lane = Vector<ulong>.Indices;
        for (var i = 0; i < u0.Length; i += Vector<ulong>.Count)
        {
            // 32-bit words in 64-bit lanes, since their products have 64 bits.
            var c0 = (lane + new Vector<ulong>(first + (uint)i)) & new Vector<ulong>(Low);
            var c1 = new Vector<ulong>(sample);
            var c2 = new Vector<ulong>(image);
            var c3 = new Vector<ulong>(stream);
            var (k0, k1) = ((uint)key, (uint)(key >> 32));
            for (var round = 0; round < 10; round++, k0 += W0, k1 += W1)
            {
                var p0 = c0 * M0;
                var p1 = c2 * M1;
                (c0, c1) = ((p1 >>> 32) ^ c1 ^ new Vector<ulong>(k0), p1 & new Vector<ulong>(Low));
                (c2, c3) = ((p0 >>> 32) ^ c3 ^ new Vector<ulong>(k1), p0 & new Vector<ulong>(Low));
            }
            Unit(c0).CopyTo(u0[i..]);
            Unit(c1).CopyTo(u1[i..]);
            Unit(c2).CopyTo(u2[i..]);
            Unit(c3).CopyTo(u3[i..]);
        }
    }

    private static Vector<double> Unit(Vector<ulong> r) =>
        (Vector.AsVectorDouble(r | new Vector<ulong>(TwoTo52)) - new Vector<double>(TwoTo52LessHalf)) * TwoToMinus32;
}
