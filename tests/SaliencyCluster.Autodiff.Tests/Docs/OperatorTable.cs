using SaliencyCluster.Autodiff.Opsets;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Autodiff.Tests.GradientChecks;

namespace SaliencyCluster.Autodiff.Tests.Docs;

/// <summary>The text of docs/operators.md, made from the rule table, the opset forms and the gradient specs.</summary>
internal static class OperatorTable
{
    public static string Markdown()
    {
        var rules = VjpRuleTable.Default.Rules.ToList();
        var lines = new List<string>
        {
            "# Operators and their gradients",
            "",
            "Generated from the rule table: `SALIENCY_UPDATE_DOCS=1 dotnet run --project tests/SaliencyCluster.Autodiff.Tests -- -class SaliencyCluster.Autodiff.Tests.Docs.OperatorTableTests`.",
            "*Since* is the oldest opset whose nodes are understood as they are; all up to 25 are, and those of 1 to 6 become nodes of 7",
            "before ([old-opsets.md](old-opsets.md)). *Checked* counts the situations in which the",
            "gradient is compared with central differences, and the opsets at which that is done.",
            "What an operator is missing from here: a node of it between image and output is the error SAL1101, which names it.",
            "",
            $"## With a gradient rule ({rules.Count(r => r.Outcome == VjpOutcome.Rule)})",
            "",
            "| Operator | Since | Checked |",
            "|---|---|---|",
        };
        lines.AddRange(rules.Where(r => r.Outcome == VjpOutcome.Rule).Select(r => $"| {r.Op} | {r.Since} | {Checked(r.Op)} |"));
        lines.AddRange(["", $"## Written as other operators, whose gradients apply ({OpsetForms.Composites.Count()})", "", "| Operator | Since | Written as |", "|---|---|---|"]);
        lines.AddRange(OpsetForms.Composites.Select(f => $"| {f.Op} | {f.Since} | {f.WrittenAs} |"));
        lines.AddRange(["", "## Known to be zero", "", "| Operator | Since | Why |", "|---|---|---|"]);
        lines.AddRange(rules.Where(r => r.Outcome == VjpOutcome.Zero).Select(r => $"| {r.Op} | {r.Since} | {r.Reason} |"));
        lines.AddRange(["", "## Known to have none here", "", "| Operator | Since | Why |", "|---|---|---|"]);
        lines.AddRange(rules.Where(r => r.Outcome == VjpOutcome.None).Select(r => $"| {r.Op} | {r.Since} | {r.Reason} |"));
        return string.Join('\n', lines) + "\n";
    }

    private static string Checked(string op)
    {
        var specs = GradientSpecs.All.Where(s => s.Op == op).ToList();
        return specs.Count == 0
            ? "straight-through: see QuantizationTests"
            : $"{specs.Count} situation{(specs.Count == 1 ? "" : "s")}, opsets {string.Join(' ', specs.SelectMany(s => s.Opsets).Distinct().Order())}";
    }
}
