using System.Globalization;
using SaliencyCluster.Client.Maps;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>The images on the way of one restart of a drawing, as pixels that a browser shows.</summary>
/// <param name="Frames">How many images.</param>
/// <param name="Height">Rows of each.</param>
/// <param name="Width">Columns.</param>
/// <param name="Pixels">Red, green, blue and opaqueness of each pixel, image after image.</param>
internal sealed record DrawnSeries(int Frames, int Height, int Width, byte[] Pixels)
{
    private const int MostFrames = 12;

    /// <summary>Makes pixels of a series of a model's inputs; null where they are no pictures.</summary>
    /// <param name="map">The series, <c>[frames, ..image]</c>.</param>
    /// <param name="channelsLast">Whether channels are the last dimension; null where that is not known.</param>
    /// <param name="ascent">The option of the job, which says what pixels of 0 and 255 became.</param>
    public static DrawnSeries? Of(SaliencyMap map, bool? channelsLast, string ascent)
    {
        if (map.Shape.Count != 4 || RangeOf(ascent) is not { } range) return null;
        var last = channelsLast ?? map.Shape[1] is not (1 or 3);
        var (height, width, channels) = last ? (map.Shape[1], map.Shape[2], map.Shape[3]) : (map.Shape[2], map.Shape[3], map.Shape[1]);
        if (channels is not (1 or 3)) return null;
        var (plane, frames) = (height * width, map.Shape[0]);
        var pixels = new byte[4 * frames * plane];
        for (var i = 0; i < frames * plane; i++)
        {
            for (var colour = 0; colour < 3; colour++)
            {
                var channel = Math.Min(colour, channels - 1);
                var at = last ? (i * channels) + channel : (i / plane * channels * plane) + (channel * plane) + (i % plane);
                var (low, high) = range[Math.Min(channel, range.Count - 1)];
                pixels[(4 * i) + colour] = (byte)Math.Round(255 * Math.Clamp((map.Values[at] - low) / (high - low), 0, 1));
            }
            pixels[(4 * i) + 3] = 255;
        }
        return new(frames, height, width, pixels);
    }

    /// <summary>Gets how far the last image is from that of another restart: root mean square of the difference, from 0 to 255.</summary>
    public double DistanceTo(DrawnSeries other)
    {
        var one = Pixels.AsSpan(^(4 * Height * Width)..);
        var two = other.Pixels.AsSpan(^(4 * Height * Width)..);
        double sum = 0;
        for (var i = 0; i < one.Length; i++) sum += ((double)one[i] - two[i]) * ((double)one[i] - two[i]);
        return Math.Sqrt(sum / (3.0 * Height * Width));
    }

    /// <summary>Gets the steps whose images are kept, as every gateway chooses them.</summary>
    /// <param name="steps">The number of steps.</param>
    public static int[] StepsOf(int steps)
    {
        var frames = Math.Min(MostFrames, steps + 1);
        var taken = new int[frames];
        for (var i = 1; i < frames; i++)
            taken[i] = Math.Max(taken[i - 1] + 1, (int)((long)i * i * steps / ((long)(frames - 1) * (frames - 1))));
        taken[^1] = steps;
        return taken;
    }

    private static List<(double Low, double High)>? RangeOf(string ascent)
    {
        const string Key = "range=";
        if (ascent.Split(',').LastOrDefault(p => p.StartsWith(Key, StringComparison.Ordinal)) is not { } part) return null;
        var range = new List<(double, double)>();
        foreach (var ends in part[Key.Length..].Split('/').Select(p => p.Split(':')))
        {
            if (ends.Length != 2 || !Read(ends[0], out var low) || !Read(ends[1], out var high) || low >= high) return null;
            range.Add((low, high));
        }
        return range;
    }

    private static bool Read(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
