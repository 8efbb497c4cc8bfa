using System.Text.Json;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Dashboard.Words;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Evaluations;

/// <summary>What evaluations found of methods on models, in a sentence; each report is read once for an open page.</summary>
public sealed class EvidenceList(ClusterConnection connection)
{
    // Evaluations are listed newest first; of what is older, a newer one has said the same.
    private const int Listed = 50, Read = 3;

    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _reports = [];

    /// <summary>Gets what the newest evaluation of each method on a model says.</summary>
    /// <param name="modelSha256">The model's file.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="GatewayException">The evaluations cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, Evidence>> OfAsync(string modelSha256, CancellationToken cancellation)
    {
        var found = new Dictionary<string, Evidence>(StringComparer.Ordinal);
        var evaluations = connection.Client.Evaluations.ListAsync(cancellation).Take(Listed)
            .Where(e => e.ModelSha256 == modelSha256 && e.State == EvaluationState.Done).Take(Read);
        await foreach (var evaluation in evaluations.WithCancellation(cancellation))
        {
            foreach (var (method, sentence) in await ReadAsync(evaluation.EvaluationId, cancellation))
                found.TryAdd(method, new(
                    $"{sentence}, on {Text.Of(evaluation.Images, "image")}", $"/evidence/{Uri.EscapeDataString(evaluation.EvaluationId)}"));
        }
        return found;
    }

    /// <summary>Reads what a report says of each method.</summary>
    /// <param name="report">The report for programs, <c>report.json</c>.</param>
    public static IReadOnlyDictionary<string, string> Sentences(JsonElement report)
    {
        var sentences = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var statement in report.GetProperty("statements").EnumerateArray())
        {
            string?[] parts =
            [
                Word(statement, "verdict") switch
                {
                    "reacts" => "its maps change when the weights are random",
                    "mixed" => "part of its maps stays when the weights are random",
                    "keeps" => "its maps stay much the same when the weights are random",
                    "late" => "its maps hardly change while the upper half of the layers is random",
                    _ => null,
                },
                Word(statement, "faithfulness") switch
                {
                    "better" => "the score follows its pixels more than a random order",
                    "partly" => "the score follows its pixels more than a random order by one measure of two",
                    "no-better" => "the score follows its pixels no more than a random order",
                    _ => null,
                },
            ];
            var said = string.Join("; ", parts.Where(p => p is not null));
            // Other checks than these two are for the report to tell.
            sentences[statement.GetProperty("method").GetString()!] =
                said.Length > 0 ? said : "measured by other checks than randomised weights and deletion";
        }
        return sentences;
    }

    private static string? Word(JsonElement statement, string name) =>
        statement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private async Task<IReadOnlyDictionary<string, string>> ReadAsync(string id, CancellationToken cancellation)
    {
        if (_reports.TryGetValue(id, out var known)) return known;
        using var file = new MemoryStream();
        await connection.Client.Evaluations.ReadReportAsync(id, ReportFile.Json, file, cancellation);
        using var report = JsonDocument.Parse(file.GetBuffer().AsMemory(0, (int)file.Length));
        return _reports[id] = Sentences(report.RootElement);
    }
}

/// <summary>What an evaluation found of a method on a model.</summary>
/// <param name="Sentence">What it found.</param>
/// <param name="Address">Its page.</param>
public sealed record Evidence(string Sentence, string Address);
