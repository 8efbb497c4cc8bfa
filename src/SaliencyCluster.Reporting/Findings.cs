using SaliencyCluster.Evaluation.Checks.Sanity;
using SaliencyCluster.Evaluation.Comparisons;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Evaluation.Statistics;

namespace SaliencyCluster.Reporting;

/// <summary>Looks summaries up and puts them in relation to the controls.</summary>
internal sealed class Findings(EvaluationResult result)
{
    /// <summary>The measures that vote on whether a map reacts: ranks, structure and edges of a map, one each.</summary>
    public static readonly string[] Voting = ["spearman-abs", "ssim", "hog-pearson"];

    public const string RandomControl = "control: random map", EdgeControl = "control: Sobel edges";

    /// <summary>From this p-value down, after correction, a difference counts as shown.</summary>
    public const double Level = 0.05;

    private readonly ILookup<(string, string, string), Summary> _summaries =
        result.Summaries.ToLookup(s => (s.Check, s.Method, s.Measure));

    private readonly Lazy<IReadOnlyList<Comparison>> _comparisons = new(() => LocalizationComparisons.Of(result));

    public EvaluationResult Result => result;

    public IReadOnlyList<Comparison> Comparisons => _comparisons.Value;

    /// <summary>The conditions of a check that were measured: the paper's order first, then as they came.</summary>
    public static IReadOnlyList<string> Ordered(IEnumerable<string> conditions)
    {
        string[] known = [.. Enum.GetValues<LayerOrder>().Select(RandomizationCheck.ConditionOf)];
        return [.. conditions.Distinct().OrderBy(c => Array.IndexOf(known, c))];
    }

    public IEnumerable<Summary> Series(string check, string method, string measure, string condition) =>
        _summaries[(check, method, measure)].Where(s => s.Condition == condition).OrderBy(s => s.Stage);

    /// <summary>The estimate of the last stage of the first series: the fully randomised model of a cascade, or the only number.</summary>
    public Estimate? Last(string check, string method, string measure, string? condition = null)
    {
        var all = _summaries[(check, method, measure)].ToList();
        condition ??= Ordered(all.Select(s => s.Condition)).FirstOrDefault();
        return all.Where(s => s.Condition == condition).MaxBy(s => s.Stage)?.Estimate;
    }

    /// <summary>SSIM at the last stage of the cascade from the output that leaves the first layer as it was.</summary>
    public Summary? BeforeLast(string method) =>
        Series("randomization", method, "ssim", RandomizationCheck.ConditionOf(LayerOrder.CascadingFromOutput)).SkipLast(1).LastOrDefault();

    /// <summary>SSIM at the stage of that cascade which leaves half of the layers, or one more, as they were; null where stages are fewer than four.</summary>
    public (Summary Stage, int Random, int Layers)? Halfway(string method)
    {
        var stages = Series("randomization", method, "ssim", RandomizationCheck.ConditionOf(LayerOrder.CascadingFromOutput)).ToList();
        return stages.Count < 4 ? null : (stages[(stages.Count / 2) - 1], stages.Count / 2, stages.Count);
    }

    /// <summary>What remains of the likeness, from 0 for an unrelated map to 1 for the same map; null where it was not measured.</summary>
    public double? Kept(string check, string method, string measure)
    {
        if (Last(check, method, measure)?.Mean is not { } mean) return null;
        return Share(mean, Last(check, RandomControl, measure)?.Mean);
    }

    /// <summary>
    /// What the label after a method says: what is left when all layers are random, and not that it reacts where it keeps its look while
    /// only the upper half of them is.
    /// </summary>
    public Verdict? VerdictOf(string method) => VerdictOf("randomization", method) is { } all
        ? Halfway(method) is { } half && VerdictAt(method, half.Stage) is Verdict.Keeps && all != Verdict.Keeps ? Verdict.Late : all
        : null;

    public Verdict? VerdictOf(string check, string method) => VerdictOf([.. Voting.Select(m => Kept(check, method, m)).OfType<double>()]);

    /// <summary>Whether deleting in a map's order destroys the class faster than in a random one, and inserting builds it sooner: 1 where it does.</summary>
    public (int? Faster, int? Sooner) AgainstRandomOrder(Estimate deletion, Estimate insertion) => (
        Compare(Last("insertion-deletion", RandomControl, "deletion-auc"), deletion),
        Compare(insertion, Last("insertion-deletion", RandomControl, "insertion-auc")));

    public OrderVerdict? FaithfulnessOf(string method)
    {
        if (Last("insertion-deletion", method, "deletion-auc") is not { } deletion) return null;
        if (Last("insertion-deletion", method, "insertion-auc") is not { } insertion) return null;
        return AgainstRandomOrder(deletion, insertion) switch
        {
            (null, _) or (_, null) => null,
            (1, 1) => OrderVerdict.Better,
            (1, _) or (_, 1) => OrderVerdict.Partly,
            _ => OrderVerdict.NoBetter,
        };
    }

    private Verdict? VerdictAt(string method, Summary stage) => VerdictOf([.. Voting.Select(m =>
        At(method, m, stage) is { } mean ? Share(mean, At(RandomControl, m, stage)) : (double?)null).OfType<double>()]);

    private double? At(string method, string measure, Summary stage) =>
        Series(stage.Check, method, measure, stage.Condition).FirstOrDefault(s => s.Stage == stage.Stage)?.Estimate.Mean;

    // From 0 for an unrelated map to 1 for the same map.
    private static double Share(double mean, double? unrelated) => (mean - (unrelated ?? 0)) / (1 - (unrelated ?? 0));

    private static Verdict? VerdictOf(double[] kept)
    {
        if (kept.Length == 0) return null;
        if (2 * kept.Count(k => k >= 0.5) > kept.Length) return Verdict.Keeps;
        return 2 * kept.Count(k => k <= 0.2) > kept.Length ? Verdict.Reacts : Verdict.Mixed;
    }

    /// <summary>Whether two intervals leave no doubt which mean is larger; null where something was not measured.</summary>
    public static int? Compare(Estimate? a, Estimate? b)
    {
        if (a?.Mean is null || b?.Mean is null) return null;
        return a.Low > b.High ? 1 : a.High < b.Low ? -1 : 0;
    }
}
