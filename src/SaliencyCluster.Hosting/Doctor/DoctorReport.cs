using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SaliencyCluster.Hosting.Doctor;

/// <summary>Prints what the checks of a deployment found.</summary>
public static class DoctorReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Gets whether nothing failed.</summary>
    public static bool IsHealthy(IEnumerable<CheckResult> results) => results.All(r => r.Outcome != CheckOutcome.Failed);

    /// <summary>Prints a line per check with its next step below, or one JSON object.</summary>
    public static void Print(TextWriter writer, IReadOnlyList<CheckResult> results, bool json)
    {
        if (json)
        {
            writer.WriteLine(JsonSerializer.Serialize(new { healthy = IsHealthy(results), checks = results }, Options));
            return;
        }
        foreach (var result in results)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Word(result.Outcome),-8} {result.Code} {result.Name,-14} {result.Found}"));
            if (result.Next.Length > 0) writer.WriteLine($"{"",-8} {"",-7} {"",-14} -> {result.Next}");
        }
        var (failed, warnings) = (results.Count(r => r.Outcome == CheckOutcome.Failed), results.Count(r => r.Outcome == CheckOutcome.Warning));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{results.Count} checks: {failed} failed, {warnings} to look at"));
    }

    private static string Word(CheckOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
