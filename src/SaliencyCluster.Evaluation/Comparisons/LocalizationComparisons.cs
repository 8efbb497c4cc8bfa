using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Evaluation.Statistics;

namespace SaliencyCluster.Evaluation.Comparisons;

/// <summary>
/// Asks of every method whether models, or groups of images, differ in how much of the map lies on the background. A mistake like
/// "polar bear because of snow" shows as a share that is larger for one model, and larger on one background.
/// </summary>
public static class LocalizationComparisons
{
    private const string Check = "localization", Measure = "background-share";

    /// <summary>Every comparison: models on all images and on each group (paired by image), and each group with the others (per model).</summary>
    public static IReadOnlyList<Comparison> Of(EvaluationResult result)
    {
        var rows = result.Measurements.Where(m => m.Check == Check && m.Measure == Measure).ToList();
        string[] models = [.. rows.Select(r => r.Condition).Distinct()];
        var groupOf = result.Plan.Images.ToDictionary(i => i.Index, i => i.Group);
        string[] groups = [.. groupOf.Values.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var test = new PermutationTest { Seed = result.Plan.Seeds[0] };
        return Comparison.Corrected(
        [
            .. from method in rows.GroupBy(r => r.Method)
               from other in models.Skip(1)
               from set in groups.Prepend(null)
               select Models([.. method], models[0], other, set, groupOf, test),
            .. from method in rows.GroupBy(r => r.Method)
               from model in models
               from set in groups
               where groups.Length > 1
               select Groups([.. method.Where(r => r.Condition == model)], model, set, groupOf, test),
        ]);
    }

    private static Comparison Models(
        IReadOnlyList<Measurement> rows, string first, string second, string? group, Dictionary<uint, string?> groupOf, PermutationTest test)
    {
        var kept = rows.Where(r => group is null || groupOf[r.Image] == group).OrderBy(r => r.Image).ToList();
        double[] Values(string model) => [.. kept.Where(r => r.Condition == model).Select(r => r.Value)];
        double[] a = Values(first), b = Values(second);
        var on = group is null ? "" : $", {group}";
        return new(rows[0].Method, Measure, first + on, second + on, Mean(a), Mean(b), test.Paired(a, b), 1);
    }

    private static Comparison Groups(
        IReadOnlyList<Measurement> rows, string model, string group, Dictionary<uint, string?> groupOf, PermutationTest test)
    {
        double[] a = [.. rows.Where(r => groupOf[r.Image] == group).Select(r => r.Value)];
        double[] b = [.. rows.Where(r => groupOf[r.Image] != group).Select(r => r.Value)];
        return new(rows[0].Method, Measure, $"{model}, {group}", $"{model}, not {group}", Mean(a), Mean(b), test.Unpaired(a, b), 1) { Group = group, Model = model };
    }

    private static double Mean(double[] values)
    {
        double[] defined = [.. values.Where(v => !double.IsNaN(v))];
        return defined.Length == 0 ? double.NaN : defined.Average();
    }
}
