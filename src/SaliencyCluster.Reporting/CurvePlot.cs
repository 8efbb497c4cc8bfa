using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Reporting;

/// <summary>Draws curves with confidence bands as SVG.</summary>
internal static class CurvePlot
{
    private const double Width = 520, Height = 330;
    private const byte BandAlpha = 38;
    private const string Font = "Arial";

    /// <summary>Draws a plot.</summary>
    /// <param name="id">What tells it from other plots of the page.</param>
    /// <param name="title">Its title.</param>
    /// <param name="stages">Labels of the horizontal axis.</param>
    /// <param name="curves">Method and its summaries by stage.</param>
    /// <param name="styles">How each method looks.</param>
    /// <param name="unchanged">Whether a first point at 1 stands for the trained model itself.</param>
    public static string Svg(
        string id, string title, IReadOnlyList<string> stages, IEnumerable<(string Method, IReadOnlyList<Summary> Points)> curves,
        IReadOnlyDictionary<string, SeriesStyle> styles, bool unchanged)
    {
        var model = new PlotModel { Title = title, TitleFontSize = 14, DefaultFont = Font, DefaultFontSize = 11, PlotAreaBorderThickness = new(1, 0, 0, 1), PlotAreaBorderColor = OxyColors.Gray };
        var labels = unchanged ? [.. stages.Prepend("trained")] : stages;
        var many = labels.Count > 12 ? (labels.Count + 9) / 10 : 1;
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom, Minimum = -0.15, Maximum = labels.Count - 0.85, MajorStep = many, MinorTickSize = 0, Angle = labels.Any(l => l.Length > 6) ? -35 : 0,
            LabelFormatter = x => x == Math.Round(x) && x >= 0 && x < labels.Count ? labels[(int)x] : "",
        });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColor.FromRgb(0xE6, 0xE6, 0xE6), MinorTickSize = 0, MinimumPadding = 0.05, MaximumPadding = 0.05 });
        foreach (var (method, points) in curves) AddCurve(model, method, points, styles[method], unchanged);
        using var stream = new MemoryStream();
        new SvgExporter { Width = Width, Height = Height, IsDocument = false }.Export(model, stream);
        var file = System.Text.Encoding.UTF8.GetString(stream.ToArray());
        var svg = file[file.IndexOf("<svg ", StringComparison.Ordinal)..];
        // Ids must be unique on the page; and the page gives the plot its width, so the drawing must follow.
        var name = string.Concat(id.Where(char.IsAsciiLetterOrDigit));
        return svg.Replace("\"clipPath", $"\"{name}", StringComparison.Ordinal).Replace("#clipPath", $"#{name}", StringComparison.Ordinal)
            .Replace("<svg ", FormattableString.Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Text(title)}\" "), StringComparison.Ordinal);
    }

    private static void AddCurve(PlotModel model, string method, IReadOnlyList<Summary> points, SeriesStyle style, bool unchanged)
    {
        var band = new AreaSeries { Fill = OxyColor.FromAColor(BandAlpha, style.Color), StrokeThickness = 0, MarkerType = MarkerType.None };
        var line = new LineSeries { Title = method, Color = style.Color, LineStyle = style.Line, StrokeThickness = 1.8, MarkerType = style.Marker, MarkerSize = 2.6, MarkerFill = style.Color };
        if (unchanged) Add(0, 1, 1, 1);
        foreach (var p in points)
            if (p.Estimate is { Mean: { } mean, Low: { } low, High: { } high }) Add(p.Stage + (unchanged ? 1 : 0), mean, low, high);
        model.Series.Add(band);
        model.Series.Add(line);

        void Add(double x, double mean, double low, double high)
        {
            line.Points.Add(new(x, mean));
            band.Points.Add(new(x, low));
            band.Points2.Add(new(x, high));
        }
    }
}
