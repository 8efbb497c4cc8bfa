using System.Globalization;

namespace SaliencyCluster.Reporting.Drawings;

/// <summary>The value at every step of each restart, and at the images on the way, as SVG in the page's own colours.</summary>
internal static class TracePlot
{
    private const double Width = 960, Height = 270, Left = 84, Right = 30, Top = 14, Bottom = 46;
    private const int MostLines = 8, MostPoints = 200, Ticks = 5;

    /// <summary>A sample of a restart's line.</summary>
    public static string Swatch(int restart) => restart >= MostLines ? ""
        : $"<svg class=\"swatch\" viewBox=\"0 0 26 8\" aria-hidden=\"true\"><path class=\"line s{restart}\" d=\"M0 4H26\"/></svg>";

    public static string Svg(DrawnUnit unit, bool inverts)
    {
        var shown = unit.Restarts.Take(MostLines).ToList();
        // Errors fall by orders of magnitude.
        Func<double, double> scale = inverts ? v => Math.Log10(Math.Max(v, 1e-6)) : v => v;
        var values = shown.SelectMany(r => r.Trace.Concat(r.Frames.Select(f => f.Value))).Select(scale).Where(double.IsFinite).ToList();
        if (values.Count == 0) return "";
        var steps = Math.Max(1, shown.Max(r => r.Trace.Count));
        var (low, high) = (values.Min(), values.Max());
        if (high - low < 1e-9) (low, high) = (low - 1, high + 1);
        var ticks = Nice(low, high, inverts);
        (low, high) = (Math.Min(low, ticks[0]), Math.Max(high, ticks[^1]));
        string X(double step) => Text(Left + (step / steps * (Width - Left - Right)));
        string Y(double value) => Text(Top + ((high - value) / (high - low) * (Height - Top - Bottom)));
        var svg = new System.Text.StringBuilder();
        foreach (var tick in ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {Y(tick)}H{Width - Right}\"/>");
            var text = inverts ? Math.Pow(10, tick).ToString("0.####%", CultureInfo.InvariantCulture) : Page.Number(tick);
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"value\" x=\"{Left - 8}\" y=\"{Y(tick)}\" dy=\".35em\">{text}</text>");
        }
        foreach (var step in (int[])[0, steps / 2, steps])
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"step\" x=\"{X(step)}\" y=\"{Height - Bottom + 20}\">{step}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"step\" x=\"{X(steps / 2.0)}\" y=\"{Height - 4}\">step</text>");
        foreach (var (index, restart) in shown.Index())
        {
            var line = string.Join('L', Thinned(restart.Trace).Select(p => $"{X(p.Step)} {Y(scale(p.Value))}"));
            if (line.Length > 0) svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line s{index}\" d=\"M{line}\"/>");
            foreach (var frame in restart.Frames)
                svg.Append(CultureInfo.InvariantCulture,
                    $"<circle class=\"s{index}\" cx=\"{X(frame.Step)}\" cy=\"{Y(scale(frame.Value))}\" r=\"3\"/>");
        }
        svg.Append(CultureInfo.InvariantCulture,
            $"<path class=\"now\" d=\"M0 {Top}V{Height - Bottom}\" data-left=\"{Left}\" data-share=\"{(Width - Left - Right) / steps}\"/>");
        var what = inverts ? "relative error" : "score";
        var label = $"{what} by step of {Html.Text(unit.Name)}";
        var drawing = Html.Element("svg", svg.ToString(), $"viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{label}\"");
        var caption = inverts ? "Relative error by step (logarithmic)."
            : "Score by step. Lines: the mean over the moved copies, which is what the ascent sees. "
                + "Dots: the images on the way, as they are.";
        if (shown.Count < unit.Restarts.Count) caption += $" The first {shown.Count} of {unit.Restarts.Count} restarts.";
        return Html.Element("figure", drawing + Html.Element("figcaption", Html.Text(caption)), "class=\"plot\"");
    }

    // Means of windows where there are more steps than the plot has room for.
    private static IEnumerable<(double Step, double Value)> Thinned(IReadOnlyList<double> trace)
    {
        var window = (trace.Count + MostPoints - 1) / MostPoints;
        return window == 0 ? [] : trace.Chunk(window).Select((w, i) => ((i * window) + ((w.Length - 1) / 2.0), w.Average()));
    }

    private static List<double> Nice(double low, double high, bool decades)
    {
        var raw = (high - low) / Ticks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = decades ? Math.Max(1, Math.Ceiling(raw)) : power * (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        var first = (long)Math.Floor(low / step);
        return [.. Enumerable.Range(0, (int)((long)Math.Ceiling(high / step) - first) + 1).Select(i => (first + i) * step)];
    }

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
