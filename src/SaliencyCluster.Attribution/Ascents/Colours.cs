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

    // What mixing does is undone by this: the adjugate over the determinant.
    private static readonly double[,] Inverse = Inverted();

    /// <summary>Gets the length of the longest column: in shares of the range, the deviation of each uncorrelated channel that gives the
    /// colours' covariance of photographs.</summary>
    public static double Deviation => Longest;

    /// <summary>Undoes <see cref="Mix"/>.</summary>
    public static void Invert(double[] planes) => Multiply(planes, (r, c) => Inverse[r, c] * Longest);

    /// <summary>Mixes three planes in place.</summary>
    public static void Mix(double[] planes) => Multiply(planes, (r, c) => Root[r, c] / Longest);

    /// <summary>The adjoint of <see cref="Mix"/>.</summary>
    public static void Unmix(double[] planes) => Multiply(planes, (r, c) => Root[c, r] / Longest);

    private static double[,] Inverted()
    {
        var result = new double[3, 3];
        var determinant = Enumerable.Range(0, 3).Sum(c => Root[0, c] * Cofactor(0, c));
        for (var r = 0; r < 3; r++)
            for (var c = 0; c < 3; c++) result[r, c] = Cofactor(c, r) / determinant;
        return result;

        // Of cyclic neighbours, which have the sign already.
        static double Cofactor(int r, int c) => (Root[(r + 1) % 3, (c + 1) % 3] * Root[(r + 2) % 3, (c + 2) % 3])
            - (Root[(r + 1) % 3, (c + 2) % 3] * Root[(r + 2) % 3, (c + 1) % 3]);
    }

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
