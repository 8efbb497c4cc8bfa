using System.Text;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Client;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary>Brings a report from the cluster: the same files as a local run writes.</summary>
internal static class EvaluationFiles
{
    private static readonly (ReportFile File, string Name)[] Files =
        [(ReportFile.Html, "report.html"), (ReportFile.Csv, "measurements.csv"), (ReportFile.Json, "report.json")];

    /// <summary>Writes the files and prints the tables.</summary>
    public static async Task<int> FetchAsync(SaliencyClient client, EvaluationMessage evaluation, ResultFolder folder, string path, CliHost host, CancellationToken cancellation)
    {
        var content = Array.Empty<byte>();
        foreach (var (file, name) in Files)
        {
            using var buffer = new MemoryStream();
            await client.Evaluations.ReadReportAsync(evaluation.EvaluationId, file, buffer, cancellation);
            folder.Write(name, content = buffer.ToArray());
        }
        // The last of the files is the one for programs.
        CheckTables.Print(host, Encoding.UTF8.GetString(content), EvaluationText.Elapsed(evaluation, host.Clock), path);
        return ExitCode.Ok;
    }
}
