namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>Colours of numbers: lightness falls evenly with magnitude, so that equal steps look equal, also to colour-blind readers.</summary>
public sealed class ColourMap
{
    private const int Steps = 256;
    private readonly (byte R, byte G, byte B)[] _colours;
    private readonly double _low;

    private ColourMap(double low, Func<double, (double R, double G, double B)> colour)
    {
        _low = low;
        _colours = [.. Enumerable.Range(0, Steps + 1).Select(i => Bytes(colour(low + (1 - low) * i / Steps)))];
    }

    /// <summary>Gets blue (-1) over white (0) to red (1); both arms equally light at equal magnitude.</summary>
    public static ColourMap Diverging { get; } = new(-1, v =>
        Oklab.Rgb(0.985 - 0.475 * Math.Abs(v), 0.24 * Math.Pow(Math.Abs(v), 0.9), v < 0 ? 258 : 27));

    /// <summary>Gets white (0) over orange and magenta to dark violet (1).</summary>
    public static ColourMap Sequential { get; } = new(0, v =>
        Oklab.Rgb(0.99 - 0.62 * v, 0.21 * Math.Min(1, 2.8 * v), 78 - 108 * v));

    /// <summary>Gets the colour of a number from -1 (0 for the sequential map) to 1.</summary>
    public (byte R, byte G, byte B) this[double value] =>
        _colours[(int)Math.Round((Math.Clamp(value, _low, 1) - _low) / (1 - _low) * Steps)];

    private static (byte R, byte G, byte B) Bytes((double R, double G, double B) c) =>
        ((byte)Math.Round(255 * c.R), (byte)Math.Round(255 * c.G), (byte)Math.Round(255 * c.B));
}
