namespace SaliencyCluster.Imaging.Sizing;

/// <summary>
/// Weights of resizing along one direction, in Pillow's arithmetic: half-pixel centres, 22-bit fixed point for 8-bit pixels,
/// one direction after the other, rounded to 8 bits after each.
/// </summary>
internal static class Resampling
{
    private const int Bits = 22;

    /// <summary>Where the pixels of one target lie, and their weights, which sum to 1.</summary>
    public readonly record struct Weights(int First, double[] Exact, int[] Fixed);

    /// <summary>Gets the weights of every target pixel.</summary>
    public static Weights[] Of(Interpolation interpolation, int from, int to)
    {
        var scale = (double)from / to;
        return [.. Enumerable.Range(0, to).Select(target =>
            interpolation == Interpolation.Nearest ? Nearest(target, from, scale) : Filtered(interpolation, target, from, scale))];
    }

    /// <summary>Sums 8-bit pixels.</summary>
    public static byte Sum(byte[] source, int start, int step, int[] weights)
    {
        var sum = 1 << (Bits - 1);
        for (var i = 0; i < weights.Length; i++) sum += weights[i] * source[start + (i * step)];
        return (byte)Math.Clamp(sum >> Bits, 0, 255);
    }

    private static Weights Nearest(int target, int from, double scale) =>
        new(Math.Min(from - 1, (int)((target + 0.5) * scale)), [1], [1 << Bits]);

    private static Weights Filtered(Interpolation interpolation, int target, int from, double scale)
    {
        var (support, filter) = Filter(interpolation);
        var stretch = interpolation == Interpolation.BilinearPlain ? 1 : Math.Max(1, scale);
        var centre = (target + 0.5) * scale;
        // At a border the triangle of one pixel repeats the last pixel; antialiased ones weigh only what is there, which is the same when
        // they grow.
        var first = Math.Max(0, (int)(centre - (support * stretch) + 0.5));
        var end = Math.Min(from, (int)(centre + (support * stretch) + 0.5));
        var exact = new double[end - first];
        var inverse = 1 / stretch;
        for (var i = 0; i < exact.Length; i++) exact[i] = filter((i + first - centre + 0.5) * inverse);
        var total = exact.Sum();
        if (total != 0) exact = Array.ConvertAll(exact, w => w / total);
        return new(first, exact, Array.ConvertAll(exact, w => (int)((w < 0 ? -0.5 : 0.5) + (w * (1 << Bits)))));
    }

    private static (double Support, Func<double, double> Filter) Filter(Interpolation interpolation) => interpolation switch
    {
        Interpolation.Bilinear or Interpolation.BilinearPlain => (1, x => Math.Max(0, 1 - Math.Abs(x))),
        Interpolation.Bicubic => (2, Cubic),
        Interpolation.Lanczos => (3, x => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0),
        Interpolation.Box => (0.5, x => x is > -0.5 and <= 0.5 ? 1 : 0),
        Interpolation.Hamming => (1, Hamming),
        _ => throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "There is no such filter."),
    };

    private static double Cubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        if (x < 1) return ((((A + 2) * x) - (A + 3)) * x * x) + 1;
        return x < 2 ? ((((x - 5) * x) + 8) * x - 4) * A : 0;
    }

    private static double Hamming(double x)
    {
        x = Math.Abs(x);
        if (x == 0) return 1;
        if (x >= 1) return 0;
        x *= Math.PI;
        return Math.Sin(x) / x * (0.54 + (0.46 * Math.Cos(x)));
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
