namespace SaliencyCluster.Attribution.Ascents;

/// <summary>
/// From three uncorrelated channels to red, green and blue: the root of the colours' covariance in ImageNet, as Lucid has it, scaled so
/// that its longest column has length 1. Neighbouring colours of natural images rise and fall together; without it the ascent prefers
/// colours that no photograph has.
/// </summary>
/// <remarks>Olah et al., 2017, https://doi.org/10.23915/distill.00007.</remarks>
internal static class Colours
{
    private static readonly double[,] Root =
    {
        { 0.26, 0.09, 0.02 },
        { 0.27, 0.00, -0.05 },
        { 0.27, -0.09, 0.03 },
    };

    private static readonly double Longest = Enumerable.Range(0, 3)
        .Max(c => Math.Sqrt(Enumerable.Range(0, 3).Sum(r => Root[r, c] * Root[r, c])));

    /// <summary>Mixes three planes in place.</summary>
    public static void Mix(double[] planes) => Multiply(planes, (r, c) => Root[r, c] / Longest);

    /// <summary>The adjoint of <see cref="Mix"/>.</summary>
    public static void Unmix(double[] planes) => Multiply(planes, (r, c) => Root[c, r] / Longest);

    private static void Multiply(double[] planes, Func<int, int, double> matrix)
    {
        var plane = planes.Length / 3;
        var m = new double[9];
        for (var i = 0; i < 9; i++) m[i] = matrix(i / 3, i % 3);
        for (var i = 0; i < plane; i++)
        {
            var (a, b, c) = (planes[i], planes[plane + i], planes[(2 * plane) + i]);
            for (var r = 0; r < 3; r++) planes[(r * plane) + i] = (m[3 * r] * a) + (m[(3 * r) + 1] * b) + (m[(3 * r) + 2] * c);
        }
    }
}
