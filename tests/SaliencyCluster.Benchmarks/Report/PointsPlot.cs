using System.Text;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using SaliencyCluster.Benchmarks.Points;

namespace SaliencyCluster.Benchmarks.Report;

/// <summary>Median error by number of points, logits left and probabilities right.</summary>
internal static class PointsPlot
{
    private const double Width = 480, Height = 360;

    // The legend is measured with another font and would cut the longest title: spaces that do not break make room.
    private static readonly Dictionary<string, (OxyColor Colour, string Title)> Styles = new()
    {
        ["riemann_middle"] = (OxyColor.FromRgb(0x1F, 0x6F, 0xB4), "midpoint"),
        ["adaptive"] = (OxyColor.FromRgb(0xC8, 0x3C, 0x28), "adaptive"),
        ["gausslegendre"] = (OxyColor.FromRgb(0x50, 0x50, 0x50), "Gauss-Legendre\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0"),
        ["pair"] = (OxyColor.FromRgb(0xB0, 0x88, 0x20), "PAIR"),
    };

    public static string Svg(IReadOnlyList<PathResult> results)
    {
        string[] targets = ["logit", "softmax"];
        var text = new StringBuilder(FormattableString.Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {2 * Width} {Height}\" width=\"{2 * Width}\" height=\"{Height}\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"));
        for (var i = 0; i < targets.Length; i++)
        {
            var svg = Panel(targets[i], [.. results.Where(r => r.Target == targets[i])]);
            // Two documents in one: ids must not meet.
            svg = svg[svg.IndexOf("<svg ", StringComparison.Ordinal)..].Replace("clipPath", $"clipPath{i}_", StringComparison.Ordinal)
                .Replace($"<clipPath{i}_ ", "<clipPath ", StringComparison.Ordinal).Replace($"</clipPath{i}_>", "</clipPath>", StringComparison.Ordinal);
            text.Append(FormattableString.Invariant($"<g transform=\"translate({i * Width},0)\">\n{svg}\n</g>\n"));
        }
        return text.Append("</svg>\n").ToString();
    }

    private static string Panel(string target, IReadOnlyList<PathResult> results)
    {
        var model = new PlotModel { Title = $"{target}: median of {results.Count} images, {results.Select(r => r.Model).Distinct().Count()} models", TitleFontSize = 13, DefaultFont = "Arial", DefaultFontSize = 11 };
        model.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = "gradients", Minimum = 4.5, Maximum = 280, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColors.LightGray, Base = 2, MinorTickSize = 0 });
        model.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Left, Title = "relative error of the map", Minimum = 0.0008, Maximum = 1, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColors.LightGray, AxisTitleDistance = 14, LabelFormatter = v => v.ToString("0.#%", System.Globalization.CultureInfo.InvariantCulture) });
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.TopRight, LegendBackground = OxyColor.FromAColor(220, OxyColors.White) });
        foreach (var rule in results.Count == 0 ? [] : PathBenchmark.Rules)
        {
            var (colour, title) = Styles[rule];
            var line = new LineSeries { Title = title, Color = colour, StrokeThickness = 2, MarkerType = MarkerType.Circle, MarkerSize = 2.5, MarkerFill = colour };
            foreach (var trial in MedianCurve.Of(results, rule).Trials) line.Points.Add(new(trial.Points, trial.Error));
            model.Series.Add(line);
        }
        using var stream = new MemoryStream();
        new SvgExporter { Width = Width, Height = Height, IsDocument = false }.Export(model, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
