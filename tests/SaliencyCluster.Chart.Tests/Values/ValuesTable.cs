using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SaliencyCluster.Chart.Tests.Values;

/// <summary>The table of values in the chart's README, between two marks.</summary>
internal static class ValuesTable
{
    private const string Begin = "<!-- values: written by the tests -->\n";
    private const string End = "<!-- end of values -->\n";
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Puts the table into a README.</summary>
    public static string In(string readme, IReadOnlyList<ChartValue> values)
    {
        var (begin, end) = (readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, readme.IndexOf(End, StringComparison.Ordinal));
        return readme[..begin] + Markdown(values) + readme[end..];
    }

    private static string Markdown(IReadOnlyList<ChartValue> values)
    {
        var text = new StringBuilder("| value | default | what it does |\n|---|---|---|\n");
        foreach (var value in values.SelectMany(v => v.All).Where(v => v.Description is not null))
        {
            var shown = value.Default is null ? "none" : value.Default.ToJsonString(Compact);
            text.Append($"| `{value.Path}` | `{shown}` | {value.Description!.Replace("|", "\\|")} |\n");
        }
        return text.ToString();
    }
}
