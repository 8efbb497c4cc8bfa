using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Reporting;

/// <summary>The report for programs: <c>report.json</c> with everything that the page says, and every single number as CSV.</summary>
public static class JsonReport
{
    private const int SchemaVersion = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Writes plan, statements, summaries and comparisons.</summary>
    public static string Write(EvaluationResult result)
    {
        var findings = new Findings(result);
        return JsonSerializer.Serialize(new
        {
            SchemaVersion,
            result.Plan.Title,
            Model = new { result.Plan.Model.Name, result.Plan.Model.Summary.Hash, Layers = result.Plan.Model.Layers.Select(l => new { l.Name, l.Operator, l.Count }) },
            Methods = result.Plan.Methods,
            Images = result.Plan.Images.Select(i => new { i.Index, i.Name, i.Group, i.Box }),
            result.Plan.Seeds,
            Checks = result.Plan.Checks.Select(SettingsSection.Describe),
            result.Plan.Bootstrap,
            result.Facts,
            Statements = Statements.Of(findings),
            Tables = TextTable.Of(result),
            result.Summaries,
            Comparisons = findings.Comparisons,
        }, Options);
    }

    /// <summary>Writes every measurement as comma-separated values with a header line; NaN is empty.</summary>
    public static string Csv(EvaluationResult result)
    {
        var text = new StringBuilder("check,method,measure,condition,stage,stageLabel,seed,image,value\n");
        foreach (var m in result.Measurements)
            text.Append(CultureInfo.InvariantCulture, $"{Field(m.Check)},{Field(m.Method)},{Field(m.Measure)},{Field(m.Condition)},{m.Stage},{Field(m.StageLabel)},{m.Seed},{m.Image},")
                .Append(double.IsNaN(m.Value) ? "" : m.Value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        return text.ToString();
    }

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
