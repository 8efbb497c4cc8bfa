namespace SaliencyCluster.Attribution.Ascents;

/// <summary>Sine and cosine by their series: those of a C library differ in the last bit from machine to machine.</summary>
internal static class Angles
{
    // At pi the 31st term is below 1e-18.
    private const int Terms = 31;

    /// <summary>Gets sine and cosine of an angle from -pi to pi.</summary>
    public static (double Sine, double Cosine) Of(double angle)
    {
        double sine = 0, cosine = 0, term = 1;
        for (var n = 0; n <= Terms; n++)
        {
            var signed = n % 4 < 2 ? term : -term;
            if (n % 2 == 0) cosine += signed;
            else sine += signed;
            term *= angle / (n + 1);
        }
        return (sine, cosine);
    }
}
