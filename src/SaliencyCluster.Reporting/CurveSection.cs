using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Evaluation.Metrics.Similarity;

namespace SaliencyCluster.Reporting;

/// <summary>The curves of a report: likeness by randomised layer, scores by changed pixels.</summary>
internal static class CurveSection
{
    private static readonly string[] Randomizations = ["randomization", "smoothed-randomization"];

    private static readonly (string Check, string Measure, string Condition, string Title)[] Walks =
    [
        ("insertion-deletion", "probability", "deletion", "Deletion: probability of the class"),
        ("insertion-deletion", "probability", "insertion", "Insertion: probability of the class"),
        ("pixel-flipping", "logit", "black", "Pixel flipping: logit of the class"),
        ("road", "accuracy", "strongest first", "ROAD, strongest first: accuracy"),
        ("road", "accuracy", "weakest first", "ROAD, weakest first: accuracy"),
    ];

    public static string Of(Findings findings)
    {
        var plan = findings.Result.Plan;
        var styles = SeriesStyle.For(plan.Methods);
        var content = "";
        foreach (var check in Randomizations)
            foreach (var condition in Findings.Ordered(findings.Result.Summaries.Where(s => s.Check == check).Select(s => s.Condition)))
            {
                var independent = !condition.StartsWith("cascading", StringComparison.Ordinal);
                content += Html.Element("h3", Html.Text($"Likeness to the trained model's map, {condition}{(check == Randomizations[1] ? ", smoothed maps" : "")}"));
                content += Grid(SimilarityMetrics.All.Select(m => Plot(findings, styles, check, m.Name, condition, m.Title, unchanged: !independent)));
            }
        var walks = Walks.Select(w => Plot(findings, styles, w.Check, w.Measure, w.Condition, w.Title, unchanged: false)).Where(p => p.Length > 0).ToList();
        if (walks.Count > 0) content += Html.Element("h3", "Score as pixels change, by share of pixels") + Grid(walks);
        if (content.Length == 0) return "";
        var legend = string.Concat(plan.Methods.Select(m => Html.Element("span", Swatch(styles[m.Name]) + Html.Text(m.Name), "class=\"key\"")));
        return Html.Section("curves", "Curves", Html.Element("p", legend, "class=\"legend\"") +
            Html.Element("p", Html.Text($"Bands: {plan.Bootstrap.Confidence:P0} bootstrap intervals over images and seeds.")) + content);
    }

    private static string Plot(
        Findings findings, IReadOnlyDictionary<string, SeriesStyle> styles, string check, string measure, string condition, string title, bool unchanged)
    {
        var curves = findings.Result.Plan.Methods
            .Select(m => (m.Name, Points: (IReadOnlyList<Summary>)[.. findings.Series(check, m.Name, measure, condition)]))
            .Where(c => c.Points.Count > 0).ToList();
        if (curves.Count == 0) return "";
        var stages = curves[0].Points.Select(p => Html.Layer(p.StageLabel)).ToList();
        return Html.Element("figure", CurvePlot.Svg($"{check}{measure}{condition}", title, stages, curves, styles, unchanged));
    }

    private static string Grid(IEnumerable<string> plots) => Html.Element("div", string.Concat(plots), "class=\"plots\"") + "\n";

    private static string Swatch(SeriesStyle style)
    {
        var color = $"#{style.Color.R:X2}{style.Color.G:X2}{style.Color.B:X2}";
        var dash = style.Line == OxyPlot.LineStyle.Solid ? "" : " stroke-dasharray=\"5 3\"";
        return $"<svg width=\"26\" height=\"10\" aria-hidden=\"true\"><line x1=\"1\" y1=\"5\" x2=\"25\" y2=\"5\" stroke=\"{color}\" stroke-width=\"2.5\"{dash}/></svg>";
    }
}
