using System.Globalization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Checks.OneMap;
using SaliencyCluster.Evaluation.Checks.Perturbed;
using SaliencyCluster.Evaluation.Checks.Sanity;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Reporting;

/// <summary>What was tested, in full: enough to do it again.</summary>
internal static class SettingsSection
{
    public static string Of(EvaluationResult result)
    {
        var plan = result.Plan;
        var facts = new (string, string)[]
        {
            ("Model", $"{plan.Model.Name}, SHA-256 {plan.Model.Summary.Hash}"),
            ("Layers", string.Join(", ", plan.Model.Layers.Select(l => $"{l.Name} ({l.Count.ToString("N0", CultureInfo.InvariantCulture)})"))),
            ("Images", $"{plan.Images.Count}, {plan.Images[0].Name} to {plan.Images[^1].Name}"),
            ("Seeds", string.Join(", ", plan.Seeds)),
            ("Checks", string.Join("; ", plan.Checks.Select(Describe))),
            ("Computed", string.Create(CultureInfo.InvariantCulture,
                $"{result.Facts.Maps:N0} maps of {result.Facts.Models} model states by {result.Facts.Points:N0} evaluations, and {result.Facts.ForwardPoints:N0} forward passes on perturbed images")),
        };
        var methods = plan.Methods.Where(m => m.Control is null).Select(m => Html.Row([Html.Text(m.Name), Html.Text(Options(m))]));
        return Html.Section("settings", "What was tested",
            Html.Element("table", string.Concat(facts.Select(f => Html.Element("tr", Html.Element("th", f.Item1, "scope=\"row\"") + Html.Element("td", Html.Text(f.Item2))))), "class=\"settings\"") +
            Html.Element("table", Html.Element("thead", Html.Row(["method", "options that were set"], "th")) + Html.Element("tbody", string.Concat(methods)), "class=\"settings\"") +
            (result.Facts.Failures.Count == 0 ? "" : Html.Element("h3", "Not explained") + Html.List(result.Facts.Failures)));
    }

    /// <summary>A check and its settings in words.</summary>
    internal static string Describe(ICheck check) => check switch
    {
        RandomizationCheck r => $"{r.Name} ({string.Join(", ", r.Orders.Select(RandomizationCheck.ConditionOf))}; class of the {(r.Class == ClassRule.Original ? "trained" : "randomised")} model; " +
            $"batch normalisation statistics {(r.Statistics == NormalizationStatistics.Kept ? "kept" : "reset")})",
        DataRandomizationCheck d => $"{d.Name} (against {d.ShuffledLabels.Name}, SHA-256 {d.ShuffledLabels.Summary.Hash})",
        LocalizationCheck l => l.Others.Count == 0
            ? l.Name : $"{l.Name} (beside {string.Join(", ", l.Others.Select(o => $"{o.Name}, SHA-256 {o.Summary.Hash}"))})",
        InsertionDeletionCheck i => $"{i.Name} ({i.Steps} steps)",
        PixelFlippingCheck p => $"{p.Name} ({p.Steps} steps)",
        RoadCheck r => string.Create(CultureInfo.InvariantCulture, $"{r.Name} (shares {string.Join(", ", r.Shares)}; noise {r.Noise})"),
        InfidelityCheck i => string.Create(CultureInfo.InvariantCulture, $"{i.Name} ({i.Samples} squares of {i.Side} of the shorter side)"),
        SensitivityCheck s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} ({s.Samples} samples within {s.Radius} of the image's range)"),
        _ => check.Name,
    };

    private static string Options(MethodUnderTest method)
    {
        var request = method.Request!;
        var set = typeof(ExplanationRequest).GetProperties()
            .Where(p => p.Name != nameof(request.Method)).Select(p => (p.Name, Value: p.GetValue(request))).Where(p => p.Value is not null)
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Name} {(p.Value is IEnumerable<int> many ? string.Join("x", many) : p.Value)}"));
        return string.Join(", ", set.Prepend(request.Method));
    }
}
