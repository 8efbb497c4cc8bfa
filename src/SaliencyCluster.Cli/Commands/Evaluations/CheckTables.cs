using System.Text.Json;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Reporting;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary>Prints what a report found, from <c>report.json</c>: the same whoever computed it.</summary>
internal static class CheckTables
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Prints the tables, what was not explained, and where the page is.</summary>
    /// <param name="host">Where to.</param>
    /// <param name="json">The report for programs.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="folder">Where the report is.</param>
    public static void Print(CliHost host, string json, TimeSpan elapsed, string folder)
    {
        if (host.Json)
        {
            host.Out.WriteLine(json);
            return;
        }
        var report = JsonDocument.Parse(json).RootElement;
        foreach (var table in report.GetProperty("tables").Deserialize<TextTable[]>(Web)!)
        {
            host.Out.WriteLine(table.Title);
            TablePrinter.Print(host, table.Headings, table.Rows);
            host.Out.WriteLine();
        }
        var facts = report.GetProperty("facts");
        long Number(string name) => facts.GetProperty(name).GetInt64();
        host.Out.WriteLine(FormattableString.Invariant(
            $"{Number("maps"):N0} maps of {Number("models")} model states, {Number("points") + Number("forwardPoints"):N0} points in {ProgressText.Time(elapsed)}"));
        foreach (var failure in facts.GetProperty("failures").EnumerateArray()) host.Out.WriteLine($"not explained: {failure.GetString()}");
        host.Out.WriteLine(Path.Combine(folder, "report.html"));
    }
}
