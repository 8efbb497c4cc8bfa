using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Reporting;

/// <summary>The numbers of a report as text tables, one per check: a row per method, a column per measure.</summary>
/// <param name="Title">What was asked.</param>
/// <param name="Headings">Method and measures.</param>
/// <param name="Rows">Means with intervals.</param>
public sealed record TextTable(string Title, IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The tables of a result, in the order of the report.</summary>
    public static IReadOnlyList<TextTable> Of(EvaluationResult result)
    {
        var findings = new Findings(result);
        string[] methods = [.. result.Plan.PlainMethods.Select(m => m.Name)];
        return
        [
            .. from check in Titles.Rows.GroupBy(r => r.Check)
               let measures = check.Where(row => methods.Any(m => TableSection.Of(findings, m, row) is not null)).ToList()
               where measures.Count > 0
               select new TextTable(
                   Titles.Checks[check.Key], ["method", .. measures.Select(m => m.Title)],
                   [.. methods.Select(method => (IReadOnlyList<string>)[method, .. measures.Select(row => Statements.Text(TableSection.Of(findings, method, row)))])]),
        ];
    }
}
