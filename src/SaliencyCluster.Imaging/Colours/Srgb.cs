namespace SaliencyCluster.Imaging.Colours;

/// <summary>From colours as eyes see them to sRGB.</summary>
internal static class Srgb
{
    // Colourants of sRGB under the white D50 of profiles, as its own profile has them.
    private const double Unit = 1 / 65536.0;
    private static readonly double[,] _toXyz =
    {
        { 0x6FA2 * Unit, 0x6299 * Unit, 0x24A0 * Unit },
        { 0x38F5 * Unit, 0xB785 * Unit, 0x0F84 * Unit },
        { 0x0390 * Unit, 0x18DA * Unit, 0xB6CF * Unit },
    };

    // Fine enough that even the darkest step of 8 bits has twenty entries.
    private static readonly byte[] _bytes = [.. Enumerable.Range(0, 65536).Select(i => (byte)Math.Round(255 * Encoded(i / 65535.0)))];

    /// <summary>Gets the matrix from XYZ (D50) to linear sRGB, rows first.</summary>
    public static double[] FromXyz { get; } = Inverse(_toXyz);

    /// <summary>Gets the byte of a linear value; what sRGB cannot show becomes the nearest that it can, channel by channel.</summary>
    public static byte Byte(double linear) => _bytes[(int)((Within(linear) * 65535) + 0.5)];

    /// <summary>Gets a linear value from 0 to 1 as sRGB stores it, from 0 to 1.</summary>
    public static double Encoded(double linear) => linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055;

    /// <summary>Keeps a value from 0 to 1; what is no number is 0.</summary>
    public static double Within(double value) => value > 0 ? Math.Min(value, 1) : 0;

    /// <summary>Brings a colour from XYZ (D50) to linear sRGB.</summary>
    public static void ToLinear(ReadOnlySpan<double> xyz, Span<double> linear)
    {
        for (var c = 0; c < 3; c++)
            linear[c] = (FromXyz[3 * c] * xyz[0]) + (FromXyz[(3 * c) + 1] * xyz[1]) + (FromXyz[(3 * c) + 2] * xyz[2]);
    }

    private static double[] Inverse(double[,] m)
    {
        double Minor(int r, int c) => (m[(r + 1) % 3, (c + 1) % 3] * m[(r + 2) % 3, (c + 2) % 3])
            - (m[(r + 1) % 3, (c + 2) % 3] * m[(r + 2) % 3, (c + 1) % 3]);
        var determinant = (m[0, 0] * Minor(0, 0)) + (m[0, 1] * Minor(0, 1)) + (m[0, 2] * Minor(0, 2));
        return [.. Enumerable.Range(0, 9).Select(i => Minor(i % 3, i / 3) / determinant)];
    }
}
