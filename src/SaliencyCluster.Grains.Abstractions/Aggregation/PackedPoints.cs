using System.Runtime.InteropServices;
using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Grains.Abstractions.Aggregation;

/// <summary>
/// The points of a round on their way to a device: a column of little-endian numbers for each member. A column has one number where all points
/// have the same, and two where they count on evenly from the first by the second.
/// </summary>
/// <param name="Count">Number of points.</param>
/// <param name="Alphas">Float64, see <see cref="Point.Alpha"/>.</param>
/// <param name="Weights">Float32, see <see cref="Point.Weight"/>.</param>
/// <param name="Samples">Int32, see <see cref="Point.Sample"/>.</param>
/// <param name="Variants">Int32, see <see cref="Point.Variant"/>.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.PackedPoints")]
public sealed record PackedPoints(
    [property: Id(0)] int Count, [property: Id(1)] byte[] Alphas, [property: Id(2)] byte[] Weights, [property: Id(3)] byte[] Samples,
    [property: Id(4)] byte[] Variants)
{
    /// <summary>Packs points.</summary>
    public static PackedPoints Of(IReadOnlyList<Point> points) => new(
        points.Count, Column([.. points.Select(p => p.Alpha)]), Column([.. points.Select(p => p.Weight)]),
        Counted([.. points.Select(p => p.Sample)]), Counted([.. points.Select(p => p.Variant)]));

    /// <summary>Gets the points, the same to the bit.</summary>
    /// <exception cref="InvalidDataException">The columns do not fit the count.</exception>
    public Point[] Unpack()
    {
        var (alphas, weights, samples, variants) = (Column<double>(Alphas), Column<float>(Weights), Counted(Samples), Counted(Variants));
        return [.. Enumerable.Range(0, Count).Select(i => new Point(alphas[i], weights[i], samples[i], variants[i]))];
    }

    // Compared as bits: -0 and 0 are different weights, and NaN is itself.
    private static byte[] Column<T>(T[] values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes<T>(values).ToArray();
        var one = bytes.Length / Math.Max(1, values.Length);
        return values.Length > 0 && bytes.AsSpan(one).SequenceEqual(bytes.AsSpan(0, bytes.Length - one)) ? bytes[..one] : bytes;
    }

    private static byte[] Counted(int[] values)
    {
        if (values.Length < 3) return Column(values);
        var step = unchecked(values[1] - values[0]);
        if (step == 0) return Column(values);
        for (var i = 2; i < values.Length; i++)
        {
            if (unchecked(values[i] - values[i - 1]) != step) return Column(values);
        }
        return MemoryMarshal.AsBytes<int>([values[0], step]).ToArray();
    }

    private T[] Column<T>(byte[] bytes) where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes).ToArray();
        if (values.Length == Count) return values;
        if (values.Length != 1) throw Malformed();
        var all = new T[Count];
        all.AsSpan().Fill(values[0]);
        return all;
    }

    private int[] Counted(byte[] bytes)
    {
        var values = MemoryMarshal.Cast<byte, int>(bytes);
        if (values.Length != 2 || Count <= 2) return Column<int>(bytes);
        var all = new int[Count];
        for (var i = 0; i < all.Length; i++) all[i] = unchecked(values[0] + i * values[1]);
        return all;
    }

    private InvalidDataException Malformed() => new($"The columns of {Count} points have {Alphas.Length}, {Weights.Length}, {Samples.Length} and {Variants.Length} bytes.");
}
