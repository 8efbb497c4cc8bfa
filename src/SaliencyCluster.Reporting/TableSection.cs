namespace SaliencyCluster.Reporting;

/// <summary>The table of all measures side by side.</summary>
internal static class TableSection
{
    public static string Of(Findings findings)
    {
        var methods = findings.Result.Plan.PlainMethods.Select(m => m.Name).ToList();
        var rows = "";
        foreach (var group in Titles.Rows.Where(r => Shown(findings, methods, r)).GroupBy(r => r.Check))
        {
            rows += Html.Element("tr", Html.Element("th", Html.Text(Titles.Checks[group.Key]), $"colspan=\"{methods.Count + 1}\" class=\"check\" scope=\"rowgroup\""));
            foreach (var row in group)
                rows += Html.Element("tr", Html.Element("th", Html.Text(row.Title) + Html.Element("small", Html.Text(row.Reading)), "scope=\"row\"") +
                    string.Concat(methods.Select(m => Cell(Of(findings, m, row)))));
        }
        var head = Html.Row(["measure", .. methods.Select(Html.Text)], "th");
        return Html.Section("table", "All measures side by side",
            Html.Element("p", Html.Text($"Mean over images (and seeds), below it the {findings.Result.Plan.Bootstrap.Confidence:P0} interval. No measure is a score of a method: read them together, and with the controls. " +
                "Randomisation is of all layers; the curves show each stage.")) +
            Html.Element("div", Html.Element("table", Html.Element("thead", head) + Html.Element("tbody", rows), "class=\"measures\""), "class=\"wide\""));
    }

    /// <summary>The estimate of a row; smoothed variants stand in the column of their method.</summary>
    internal static Evaluation.Statistics.Estimate? Of(Findings findings, string method, Titles.Row row) =>
        findings.Last(row.Check, row.Check == "smoothed-randomization" ? $"{method}, smoothed" : method, row.Measure);

    private static bool Shown(Findings findings, IReadOnlyList<string> methods, Titles.Row row) =>
        methods.Any(m => Of(findings, m, row) is not null);

    private static string Cell(Evaluation.Statistics.Estimate? e) => Html.Element("td", e switch
    {
        null => "–",
        { Mean: null } => "not defined",
        _ => Statements.Number(e.Mean.Value) + Html.Element("small", $"{Statements.Number(e.Low!.Value)}…{Statements.Number(e.High!.Value)}") +
            (e.Undefined > 0 ? Html.Element("small", $"{e.Undefined} of {e.Undefined + e.Count} undefined") : ""),
    });
}
