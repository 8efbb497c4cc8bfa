using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Reporting;

/// <summary>The report as one HTML file that needs nothing else: no script, no font, no address.</summary>
public static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="footer">One line at the end, such as the command and the time; may be empty.</param>
    public static string Write(EvaluationResult result, string footer)
    {
        var findings = new Findings(result);
        var plan = result.Plan;
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>{Html.Text(plan.Title)}</title>
            <style>
            {Css()}
            </style>
            </head>
            <body>
            <header>
            <h1>{Html.Text(plan.Title)}</h1>
            <p>Can these maps be believed? {Html.Count(plan.PlainMethods.Count(m => m.Control is null), "method")} and {Html.Count(plan.Methods.Count(m => m.Control is not null), "control")}
            on {Html.Count(plan.Images.Count, "image")} of {Html.Text(plan.Model.Name)}.</p>
            </header>
            <main>
            {StatementSection.Of(findings)}{TableSection.Of(findings)}{ComparisonSection.Of(findings)}{CurveSection.Of(findings)}{MontageSection.Of(result)}{LimitsSection.Of()}{SettingsSection.Of(result)}
            </main>
            <footer>{Html.Text(footer)}</footer>
            </body>
            </html>

            """;
    }

    private static string Css()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("SaliencyCluster.Reporting.report.css")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
