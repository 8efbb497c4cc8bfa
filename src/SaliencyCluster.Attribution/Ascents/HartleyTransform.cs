using System.Numerics.Tensors;

namespace SaliencyCluster.Attribution.Ascents;

/// <summary>
/// The discrete Hartley transform of planes: the Fourier transform in its real form, <c>cos + sin</c> along rows and along columns,
/// scaled so that it keeps lengths. It is its own inverse and its own adjoint, and takes planes of any size.
/// </summary>
/// <remarks>Hartley, 1942; Bracewell, 1983. By its matrix: <c>H W (H + W)</c> multiplications a plane.</remarks>
internal sealed class HartleyTransform
{
    private readonly int _height, _width;
    private readonly double[] _rows, _columns, _scratch;

    public HartleyTransform(int height, int width)
    {
        (_height, _width) = (height, width);
        (_rows, _columns) = (Waves(height), Waves(width));
        _scratch = new double[height * width];
    }

    /// <summary>Transforms a plane in place.</summary>
    public void Apply(Span<double> plane)
    {
        Along(plane, _scratch, _height, _width, _rows);
        Transpose(_scratch, plane, _height, _width);
        Along(plane, _scratch, _width, _height, _columns);
        Transpose(_scratch, plane, _width, _height);
    }

    /// <summary>Gets the frequency of each coefficient in cycles per pixel, from 0 to the root of 1/2.</summary>
    public static double[] Frequencies(int height, int width)
    {
        var frequencies = new double[height * width];
        for (var k = 0; k < frequencies.Length; k++)
        {
            double y = Cycles(k / width, height), x = Cycles(k % width, width);
            frequencies[k] = Math.Sqrt((y * y) + (x * x));
        }
        return frequencies;

        static double Cycles(int k, int n) => (double)Math.Min(k, n - k) / n;
    }

    // Element by element of whole rows, so that no width of vectors changes the order of a sum.
    private static void Along(ReadOnlySpan<double> plane, Span<double> result, int rows, int columns, double[] waves)
    {
        result.Clear();
        for (var k = 0; k < rows; k++)
        {
            var row = result.Slice(k * columns, columns);
            for (var (j, at) = (0, 0); j < rows; j++, at = at + k >= rows ? at + k - rows : at + k)
                TensorPrimitives.MultiplyAdd(plane.Slice(j * columns, columns), waves[at], row, row);
        }
    }

    private static void Transpose(ReadOnlySpan<double> plane, Span<double> result, int rows, int columns)
    {
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++) result[(j * rows) + i] = plane[(i * columns) + j];
    }

    private static double[] Waves(int n) => [.. Enumerable.Range(0, n).Select(k =>
    {
        var (sine, cosine) = Angles.Of(2 * Math.PI * (2 * k > n ? k - n : k) / n);
        return (sine + cosine) / Math.Sqrt(n);
    })];
}
