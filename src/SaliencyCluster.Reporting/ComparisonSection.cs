using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Evaluation.Statistics;

namespace SaliencyCluster.Reporting;

/// <summary>The share of maps on the background, by model and group of images, with significance.</summary>
internal static class ComparisonSection
{
    public static string Of(Findings findings)
    {
        var (result, comparisons) = (findings.Result, findings.Comparisons);
        if (comparisons.Count == 0) return "";
        var significant = comparisons.Count(c => c.PAdjusted < Findings.Level);
        var rows = comparisons.Where(c => result.Plan.Methods.First(m => m.Name == c.Method).Control is null).OrderBy(c => c.PAdjusted).ThenBy(c => c.P).Select(c => Html.Element("tr",
            string.Concat(new[] { c.Method, c.First, c.Second, Statements.Number(c.FirstMean), Statements.Number(c.SecondMean), P(c.P), P(c.PAdjusted) }.Select(t => Html.Element("td", Html.Text(t)))),
            c.PAdjusted < Findings.Level ? "class=\"significant\"" : null));
        return Html.Section("background", "Share of the map on the background", Shares(result) +
            Html.Element("p", Html.Text($"{comparisons.Count} comparisons by permutation tests (paired by image between models), controls among them; {significant} of them are significant at {Findings.Level} " +
                "after Holm's correction (bold). The share is that of magnitudes, each model explaining the class that it predicts.")) +
            Html.Element("div", Html.Element("table", Html.Element("thead", Html.Row(["method", "first", "second", "first mean", "second mean", "p", "p, corrected"], "th")) +
                Html.Element("tbody", string.Concat(rows)), "class=\"comparisons\""), "class=\"wide\""));
    }

    private static string Shares(EvaluationResult result)
    {
        var rows = result.Measurements.Where(m => m is { Check: "localization", Measure: "background-share" }).ToList();
        var groupOf = result.Plan.Images.ToDictionary(i => i.Index, i => i.Group);
        string[] groups = [.. groupOf.Values.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var body = from method in rows.GroupBy(r => r.Method)
                   from model in method.GroupBy(r => r.Condition)
                   select Html.Row([Html.Text(method.Key), Html.Text(model.Key), Share([.. model], result),
                       .. groups.Select(g => Share([.. model.Where(r => groupOf[r.Image] == g)], result))]);
        return Html.Element("div", Html.Element("table", Html.Element("thead", Html.Row(["method", "model", "all", .. groups.Select(Html.Text)], "th")) + Html.Element("tbody", string.Concat(body)), "class=\"measures\""), "class=\"wide\"");
    }

    private static string Share(IReadOnlyList<Measurement> rows, EvaluationResult result)
    {
        var e = result.Plan.Bootstrap.Mean([.. rows.Select(r => r.Value)]);
        return e.Mean is null ? "–" : Statements.Number(e.Mean.Value) + Html.Element("small", $"{Statements.Number(e.Low!.Value)}…{Statements.Number(e.High!.Value)}");
    }

    internal static string P(double p) => p.ToString(p < 0.001 ? "0.0000" : "0.000", System.Globalization.CultureInfo.InvariantCulture);
}
