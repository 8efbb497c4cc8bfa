using System.Numerics;

namespace SaliencyCluster.Attribution.Planes;

/// <summary>What lies beyond the border of a filtered plane.</summary>
public enum Border
{
    /// <summary>The plane mirrored about its edge, the edge pixel twice: SciPy's <c>reflect</c>.</summary>
    Reflect,

    /// <summary>Zeros: SciPy's <c>constant</c>.</summary>
    Zero,
}

/// <summary>Separable Gaussian filter, as <c>scipy.ndimage.gaussian_filter</c>.</summary>
public static class GaussianFilter
{
    // The start of a row that lies beyond a border of zeros.
    private const int Nowhere = -1;

    /// <summary>Half the width of the kernel in pixels.</summary>
    public static int Radius(double sigma, double truncate) => (int)((truncate * sigma) + 0.5);

    /// <summary>Filters a plane.</summary>
    /// <param name="plane">What is filtered.</param>
    /// <param name="sigma">Standard deviation in pixels, above 0.</param>
    /// <param name="truncate">Where the kernel is cut off, in standard deviations.</param>
    /// <param name="border">What lies beyond the border.</param>
    public static Plane Apply(Plane plane, double sigma, double truncate = 4, Border border = Border.Reflect)
    {
        var kernel = Kernel(sigma, Radius(sigma, truncate));
        return AlongRows(AlongColumns(plane, kernel, border), kernel, border);
    }

    private static double[] Kernel(double sigma, int radius)
    {
        var weights = new double[(2 * radius) + 1];
        for (var i = -radius; i <= radius; i++) weights[i + radius] = Math.Exp(-0.5 * i * i / (sigma * sigma));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }

    private static Plane AlongColumns(Plane p, double[] kernel, Border border)
    {
        var result = new double[p.Values.Length];
        var starts = new int[kernel.Length];
        for (var y = 0; y < p.Height; y++)
        {
            for (var k = 0; k < kernel.Length; k++) starts[k] = Source(y + k - (kernel.Length / 2), p.Height, border) is { } row ? row * p.Width : Nowhere;
            Weigh(p.Values, starts, kernel, result.AsSpan(y * p.Width, p.Width));
        }
        return new(p.Height, p.Width, result);
    }

    private static Plane AlongRows(Plane p, double[] kernel, Border border)
    {
        var result = new double[p.Values.Length];
        var radius = kernel.Length / 2;
        var padded = new double[p.Width + (2 * radius)];
        int[] starts = [.. Enumerable.Range(0, kernel.Length)];
        for (var y = 0; y < p.Height; y++)
        {
            p.Row(y).CopyTo(padded.AsSpan(radius));
            for (var x = 0; x < radius; x++)
            {
                padded[x] = Source(x - radius, p.Width, border) is { } left ? p[y, left] : 0;
                padded[radius + p.Width + x] = Source(p.Width + x, p.Width, border) is { } right ? p[y, right] : 0;
            }
            Weigh(padded, starts, kernel, result.AsSpan(y * p.Width, p.Width));
        }
        return new(p.Height, p.Width, result);
    }

    // Element by element and weight after weight, so that the sums are the same whatever the width of the machine's vectors.
    private static void Weigh(double[] values, int[] starts, double[] weights, Span<double> sums)
    {
        var i = 0;
        for (; i <= sums.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var sum = Vector<double>.Zero;
            for (var k = 0; k < weights.Length; k++)
            {
                if (starts[k] != Nowhere) sum += weights[k] * new Vector<double>(values, starts[k] + i);
            }
            sum.CopyTo(sums[i..]);
        }
        for (; i < sums.Length; i++)
        {
            for (var k = 0; k < weights.Length; k++)
            {
                if (starts[k] != Nowhere) sums[i] += weights[k] * values[starts[k] + i];
            }
        }
    }

    /// <summary>The index that a position outside the plane stands for; null where it stands for zero.</summary>
    internal static int? Source(int position, int size, Border border)
    {
        if (position >= 0 && position < size) return position;
        if (border == Border.Zero) return null;
        var folded = ((position % (2 * size)) + (2 * size)) % (2 * size);
        return folded < size ? folded : (2 * size) - 1 - folded;
    }
}
