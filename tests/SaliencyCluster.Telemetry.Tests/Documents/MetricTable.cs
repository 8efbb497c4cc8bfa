using System.Text.RegularExpressions;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Telemetry.Tests.Documents;

/// <summary>One row of the table in docs/telemetry.md.</summary>
internal sealed record MetricRow(string Name, string Prometheus, string Kind);

/// <summary>Reads the table of metrics.</summary>
internal static partial class MetricTable
{
    public static IReadOnlyList<MetricRow> Rows { get; } =
        [.. Row().Matches(File.ReadAllText(Path.Combine(Repo.Root, "docs", "telemetry.md"))).Select(m => new MetricRow(m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value))];

    /// <summary>Gets the series names that Prometheus has.</summary>
    public static IReadOnlySet<string> Series { get; } = Rows
        .SelectMany(r => r.Kind == "histogram" ? [$"{r.Prometheus}_bucket", $"{r.Prometheus}_count", $"{r.Prometheus}_sum"] : new[] { r.Prometheus })
        .ToHashSet();

    /// <summary>Gets the names of our series in an expression.</summary>
    public static IEnumerable<string> NamesIn(string expression) => Name().Matches(expression).Select(m => m.Value);

    [GeneratedRegex(@"^\| `(saliency\.[a-z.]+)` \| `(saliency_[a-z_]+)` \| (counter|gauge|histogram)", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bsaliency_[a-z_]+")]
    private static partial Regex Name();
}
