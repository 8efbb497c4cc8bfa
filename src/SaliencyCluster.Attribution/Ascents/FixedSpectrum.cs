namespace SaliencyCluster.Attribution.Ascents;

/// <summary>
/// Planes whose Fourier coefficients keep their magnitudes and are turned by an angle each: what magnitude-constrained optimisation
/// changes. Two coefficients of opposite waves are conjugate, so the angle of one counts for both; a coefficient that is its own opposite
/// is real, and its angle's cosine scales it.
/// </summary>
/// <remarks>Fel et al., 2023, https://arxiv.org/abs/2306.06805. Coefficients come from and go to <see cref="HartleyTransform"/>:
/// <c>Re F(y,x) = (H(y,-x) + H(-y,x)) / 2</c>, <c>Im F(y,x) = (H(-y,-x) - H(y,x)) / 2</c>, <c>H(y,x) = Re F(y,-x) - Im F(y,x)</c>.
/// </remarks>
internal sealed class FixedSpectrum
{
    // Where there are no colours: the deviation of photographs in shares of their range.
    private const double GreyDeviation = 0.27;

    private readonly double[] _real, _imaginary;
    private readonly int[] _opposite, _beside;

    private FixedSpectrum(double[] real, double[] imaginary, int height, int width)
    {
        (_real, _imaginary) = (real, imaginary);
        (_opposite, _beside) = Partners(height, width);
    }

    /// <summary>Takes the spectrum of an image, or where it has none - it is of one colour - that of photographs: magnitudes fall as
    /// 1/frequency, with their deviation.</summary>
    /// <param name="image">Planes in shares of the range, from the middle of it; null for none. Overwritten.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="isMixed">Whether planes are mixed from uncorrelated colours.</param>
    /// <param name="transform">The transform of a plane.</param>
    public static FixedSpectrum Of(double[]? image, int[] shape, bool isMixed, HartleyTransform transform)
    {
        var (height, width) = (shape[1], shape[2]);
        var plane = height * width;
        if (image is null || !HasWaves(image, plane))
        {
            var falling = Falling(height, width, isMixed ? Colours.Deviation : GreyDeviation);
            return new([.. Enumerable.Range(0, shape[0]).SelectMany(_ => falling)], new double[shape[0] * plane], height, width);
        }
        var (real, imaginary) = Coefficients(image, shape, isMixed, transform);
        return new(real, imaginary, height, width);
    }

    /// <summary>Gets the magnitudes of an image's coefficients; of the mean of each plane with its sign.</summary>
    public static double[] Magnitudes(double[] image, int[] shape, bool isMixed, HartleyTransform transform)
    {
        var (real, imaginary) = Coefficients(image, shape, isMixed, transform);
        return [.. real.Select((r, i) => i % (shape[1] * shape[2]) == 0 ? r : Math.Sqrt((r * r) + (imaginary[i] * imaginary[i])))];
    }

    /// <summary>Gets the Hartley coefficients of Fourier coefficients with given magnitudes and no phases.</summary>
    public static double[] WithoutPhases(double[] magnitudes, int[] shape) =>
        new FixedSpectrum(magnitudes, new double[magnitudes.Length], shape[1], shape[2]).Turned(new double[magnitudes.Length]);

    private static (double[] Real, double[] Imaginary) Coefficients(double[] image, int[] shape, bool isMixed, HartleyTransform transform)
    {
        if (isMixed) Colours.Invert(image);
        var (opposite, beside) = Partners(shape[1], shape[2]);
        var plane = opposite.Length;
        var (real, imaginary) = (new double[image.Length], new double[image.Length]);
        for (var at = 0; at < image.Length; at += plane)
        {
            transform.Apply(image.AsSpan(at, plane));
            for (var k = 0; k < plane; k++)
            {
                real[at + k] = (image[at + beside[k]] + image[at + opposite[beside[k]]]) / 2;
                imaginary[at + k] = (image[at + opposite[k]] - image[at + k]) / 2;
            }
        }
        return (real, imaginary);
    }

    /// <summary>Gets the coefficients of the Hartley transform after the turns.</summary>
    /// <param name="angles">An angle in radians for each coefficient; of two opposite ones the first counts.</param>
    public double[] Turned(double[] angles)
    {
        var (real, imaginary) = Coefficients(angles);
        var turned = new double[angles.Length];
        for (var i = 0; i < turned.Length; i++)
        {
            var (at, k) = (i / _opposite.Length * _opposite.Length, i % _opposite.Length);
            turned[i] = real[at + _beside[k]] - imaginary[i];
        }
        return turned;
    }

    /// <summary>Gets the gradient at the angles from one at what <see cref="Turned"/> gave.</summary>
    public double[] Gradient(double[] angles, double[] atTurned)
    {
        var (real, imaginary) = Coefficients(angles);
        var gradient = new double[angles.Length];
        for (var i = 0; i < gradient.Length; i++)
        {
            var (at, k) = (i / _opposite.Length * _opposite.Length, i % _opposite.Length);
            // A turn by a small angle adds (-Im, Re) to (Re, Im); a real coefficient has a real part only, by its cosine.
            if (_opposite[k] == k)
            {
                var (sine, _) = Of(angles[i]);
                gradient[i] = -_real[i] * sine * atTurned[i];
                continue;
            }
            var change = (-imaginary[i] * atTurned[at + _beside[k]]) - (real[i] * atTurned[i]);
            var first = Math.Min(k, _opposite[k]);
            gradient[at + first] += first == k ? change : -change;
        }
        return gradient;
    }

    private (double[] Real, double[] Imaginary) Coefficients(double[] angles)
    {
        var (real, imaginary) = (new double[angles.Length], new double[angles.Length]);
        for (var i = 0; i < angles.Length; i++)
        {
            var (at, k) = (i / _opposite.Length * _opposite.Length, i % _opposite.Length);
            var other = _opposite[k];
            if (other < k) continue;
            var (sine, cosine) = Of(angles[i]);
            if (other == k)
            {
                real[i] = _real[i] * cosine;
                continue;
            }
            real[i] = real[at + other] = (_real[i] * cosine) - (_imaginary[i] * sine);
            imaginary[i] = (_real[i] * sine) + (_imaginary[i] * cosine);
            imaginary[at + other] = -imaginary[i];
        }
        return (real, imaginary);
    }

    private static (double Sine, double Cosine) Of(double angle) => Angles.Of(Math.IEEERemainder(angle, 2 * Math.PI));

    private static bool HasWaves(double[] image, int plane)
    {
        for (var i = 0; i < image.Length; i++)
            if (image[i] != image[i / plane * plane]) return true;
        return false;
    }

    private static double[] Falling(int height, int width, double deviation)
    {
        var least = 1.0 / Math.Max(height, width);
        double[] magnitudes = [.. HartleyTransform.Frequencies(height, width).Select(f => 1 / Math.Max(f, least))];
        var waves = Math.Sqrt(magnitudes.Skip(1).Sum(m => m * m) / magnitudes.Length);
        return Array.ConvertAll(magnitudes, m => waves == 0 ? 0 : m * deviation / waves);
    }

    private static (int[] Opposite, int[] Beside) Partners(int height, int width)
    {
        var (opposite, beside) = (new int[height * width], new int[height * width]);
        for (var k = 0; k < opposite.Length; k++)
        {
            var (y, x) = (k / width, k % width);
            var mirrored = (width - x) % width;
            (opposite[k], beside[k]) = (((height - y) % height * width) + mirrored, (y * width) + mirrored);
        }
        return (opposite, beside);
    }
}
