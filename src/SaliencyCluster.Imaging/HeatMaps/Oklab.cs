namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>Colours by perceived lightness, chroma and hue.</summary>
/// <remarks>Björn Ottosson, "A perceptual color space for image processing", 2020, https://bottosson.github.io/posts/oklab/.</remarks>
internal static class Oklab
{
    /// <summary>Gets an sRGB colour; chroma that sRGB cannot show is reduced at the same lightness and hue.</summary>
    /// <param name="lightness">From 0 (black) to 1 (white).</param>
    /// <param name="chroma">From 0 (grey) up.</param>
    /// <param name="hue">In degrees: 29 red, 70 orange, 110 yellow, 264 blue.</param>
    public static (double R, double G, double B) Rgb(double lightness, double chroma, double hue)
    {
        for (; chroma > 0; chroma -= 0.002)
        {
            var (r, g, b) = Linear(lightness, chroma, hue);
            if (IsShown(r) && IsShown(g) && IsShown(b)) return (Gamma(r), Gamma(g), Gamma(b));
        }
        var (grey, _, _) = Linear(lightness, 0, 0);
        return (Gamma(grey), Gamma(grey), Gamma(grey));
    }

    private static (double R, double G, double B) Linear(double lightness, double chroma, double hue)
    {
        var (sin, cos) = Math.SinCos(hue * Math.PI / 180);
        var (a, b) = (chroma * cos, chroma * sin);
        var l = Cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        var m = Cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        var s = Cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return (
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    private static bool IsShown(double value) => value is >= -0.0005 and <= 1.0005;

    private static double Cube(double value) => value * value * value;

    private static double Gamma(double value)
    {
        value = Math.Clamp(value, 0, 1);
        return value <= 0.0031308 ? 12.92 * value : 1.055 * Math.Pow(value, 1 / 2.4) - 0.055;
    }
}
