using System.Globalization;
using System.Text;
using SaliencyCluster.Dashboard.Live;

namespace SaliencyCluster.Dashboard.Charts;

/// <summary>The paths of a stacked chart, in a box of fixed size.</summary>
/// <param name="Areas">A filled path for each series.</param>
/// <param name="Edges">The upper edge of each.</param>
/// <param name="Lines">Lines of the grid.</param>
internal sealed record StackedShape(IReadOnlyList<string> Areas, IReadOnlyList<string> Edges, IReadOnlyList<GridLine> Lines)
{
    /// <summary>The size of the box; the height is that of the picture in CSS pixels, so that lines lie on whole ones.</summary>
    public const int Width = 600, Height = 200;

    // Seconds that one vertex stands for: so many that leases of about a second make no saw teeth.
    private const int Step = 3;

    public static StackedShape Of(IReadOnlyList<Series> series)
    {
        var smooth = series.Select(s => Smooth(s.Points)).ToList();
        var count = smooth.Count == 0 ? 0 : smooth[0].Length;
        var top = NiceMaximum(Enumerable.Range(0, count).Select(i => smooth.Sum(s => s[i])).DefaultIfEmpty(0).Max());
        var below = new double[count];
        var areas = new List<string>();
        var edges = new List<string>();
        foreach (var values in smooth)
        {
            var above = below.Zip(values, (b, v) => b + v).ToArray();
            edges.Add(Path(above, top, 'M'));
            areas.Add($"{edges[^1]}{Path(below, top, 'L', reverse: true)}Z");
            below = above;
        }
        return new(areas, edges, [.. new[] { 0, 0.5, 1 }.Select(share => new GridLine(share * top, Math.Round(Height * (1 - share))))]);
    }

    /// <summary>Gets the next of 1, 2, 4, 5, 6, 8 times a power of ten.</summary>
    internal static double NiceMaximum(double value)
    {
        if (value <= 0) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return new[] { 1.0, 2, 4, 5, 6, 8, 10 }.First(m => value <= m * power * 1.0000001) * power;
    }

    private static double[] Smooth(IReadOnlyList<double> points)
    {
        // The newest vertices would sink to 0 for work that has not been told yet.
        var settled = points.Count - 1;
        return [.. Enumerable.Range(0, settled / Step).Select(i => Enumerable.Range(0, Step).Sum(k => points[settled - settled / Step * Step + i * Step + k]) / Step)];
    }

    private static string Path(double[] values, double top, char start, bool reverse = false)
    {
        var path = new StringBuilder();
        for (var k = 0; k < values.Length; k++)
        {
            var i = reverse ? values.Length - 1 - k : k;
            path.Append(k == 0 ? start : 'L')
                .Append((Width * i / Math.Max(1.0, values.Length - 1)).ToString("0.#", CultureInfo.InvariantCulture)).Append(' ')
                .Append((Height * (1 - values[i] / top)).ToString("0.##", CultureInfo.InvariantCulture));
        }
        return path.ToString();
    }
}

/// <summary>A line of a chart's grid.</summary>
/// <param name="Value">What it stands for.</param>
/// <param name="Y">Where it is.</param>
internal sealed record GridLine(double Value, double Y);
