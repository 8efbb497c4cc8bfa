using System.Globalization;
using SaliencyCluster.Evaluation.Checks.Perturbed;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Evaluation.Statistics;

namespace SaliencyCluster.Reporting;

/// <summary>Writes the statements of a report: only what was measured, and always several measures.</summary>
public static class Statements
{
    /// <summary>One statement per method, controls not among them.</summary>
    public static IReadOnlyList<Statement> Of(EvaluationResult result) => Of(new Findings(result));

    internal static IReadOnlyList<Statement> Of(Findings findings) =>
        [.. findings.Result.Plan.PlainMethods.Where(m => m.Control is null).Select(m => Of(findings, m))];

    private static Statement Of(Findings f, MethodUnderTest method) => new(
        method.Name, f.VerdictOf(method.Name),
        [
            .. Randomness(f, method.Name, "randomization", "After every layer has forgotten what it learned"),
            .. Randomness(f, method.Name, "data-randomization", "On the model that was trained on shuffled labels"),
            .. Randomness(f, method.Name, "random-logit", "When another class is explained"),
            .. Walks(f, method.Name),
            .. Numbers(f, method.Name),
            .. Places(f, method.Name),
            .. Backgrounds(f, method.Name),
        ],
        [.. Limits(f, method)])
    {
        Faithfulness = f.FaithfulnessOf(method.Name),
    };

    private static IEnumerable<string> Randomness(Findings f, string method, string check, string when)
    {
        if (f.VerdictOf(check, method) is not { } verdict) yield break;
        var shares = string.Join(", ", Findings.Voting.Where(m => f.Kept(check, method, m) is not null).Select(m =>
            $"{Titles.Short(m)} {Text(f.Last(check, method, m)!)} (unrelated {Number(f.Last(check, Findings.RandomControl, m)?.Mean ?? 0)})"));
        yield return verdict switch
        {
            Verdict.Keeps => $"{when}, the map stays much as it was: {shares}. Most of the picture does not come from what was taken away.",
            Verdict.Reacts => $"{when}, little is left of the map: {shares}.",
            _ => $"{when}, part of the map stays, or measures disagree: {shares}.",
        };
        if (check == "randomization" && f.Halfway(method) is { } half)
            yield return $"With the upper {half.Random} of {half.Layers} layers random, SSIM was {Text(half.Stage.Estimate)}" +
                (f.VerdictOf(method) == Verdict.Late ? ": the map hardly depends on what those layers learned." : ".");
        if (check == "randomization" && f.BeforeLast(method) is { } stage)
            yield return $"While only the first layer was left as trained, SSIM was {Text(stage.Estimate)}.";
    }

    private static IEnumerable<string> Walks(Findings f, string method)
    {
        if (f.Last("insertion-deletion", method, "deletion-auc") is { } deletion && f.Last("insertion-deletion", method, "insertion-auc") is { } insertion)
        {
            var (faster, sooner) = f.AgainstRandomOrder(deletion, insertion);
            yield return $"Deleting pixels in its order {Than(faster, "destroys the class faster than a random order", "destroys the class no faster than a random order")} " +
                $"(AUC {Text(deletion)}); inserting {Than(sooner, "builds it sooner", "does not build it sooner")} (AUC {Text(insertion)}).";
        }
        if (f.Last("road", method, "accuracy-strongest-removed") is { } strongest && f.Last("road", method, "accuracy-weakest-removed") is { } weakest)
            yield return $"With pixels filled in from their neighbours, the class survives in {Text(strongest)} of the cases when its strongest pixels go and in {Text(weakest)} when its weakest do.";
    }

    private static IEnumerable<string> Numbers(Findings f, string method)
    {
        if (f.Last("infidelity", method, "infidelity-scaled") is { Mean: not null } infidelity)
            yield return $"Scaled as well as possible, it leaves {Text(infidelity)} of the effect of removed squares unexplained (a random map {Text(f.Last("infidelity", Findings.RandomControl, "infidelity-scaled"))}).";
        if (f.Last("sensitivity", method, "sensitivity-max") is { Mean: not null } sensitivity)
            yield return $"An invisible change of the image changes the map by up to {Text(sensitivity)} of its length.";
    }

    private static IEnumerable<string> Places(Findings f, string method)
    {
        foreach (var model in f.Result.Summaries.Where(s => s.Check == "localization" && s.Method == method && s.Measure == "mass-accuracy"))
            yield return $"Of the map of {model.Condition}, {Text(model.Estimate)} lies on the object, which covers {Number(f.Result.Plan.Images.Average(i => i.Mask!.Share))} of the image on average.";
    }

    // Where a model looks beside the object: what to make of it is for the reader.
    private static IEnumerable<string> Backgrounds(Findings f, string method) =>
        from c in f.Comparisons
        where c.Method == method && c.PAdjusted < Findings.Level && c.FirstMean > c.SecondMean && c.Group is not null
        select $"With {c.Group} behind the object, {c.Model} puts {Number(c.FirstMean)} of the map on the background, else {Number(c.SecondMean)} (p {ComparisonSection.P(c.PAdjusted)} after Holm's correction).";

    private static IEnumerable<string> Limits(Findings f, MethodUnderTest method)
    {
        if (f.VerdictOf(method.Name) is { } verdict)
            yield return verdict is Verdict.Reacts or Verdict.Late
                ? "That the map reacts to the weights does not show that it is right: a random map reacts perfectly."
                : "That the map keeps its look need not be the method's fault alone: the task, with objects always in one place, can force it (Yona and Greenfeld, 2021).";
        if (InfidelityCheck.IsMultiplied(method))
            yield return "It is multiplied by the input, so some likeness to the image is built in (Kokhlikyan et al., 2021).";
        if (f.Last("localization", method.Name, "mass-accuracy") is not null)
            yield return "Attribution beside the object can be the truth: a model that looks at the background should be shown to do so.";
        if (f.Last("insertion-deletion", method.Name, "deletion-auc") is not null)
            yield return "Deleted pixels leave images that the model was never trained on; part of its answer is about the hole (Tomsett et al., 2020; Rong et al., 2022).";
    }

    private static string Than(int? comparison, string yes, string no) => comparison == 1 ? yes : no;

    internal static string Text(Estimate? e) =>
        e?.Mean is null ? "not defined" : $"{Number(e.Mean.Value)} [{Number(e.Low!.Value)}, {Number(e.High!.Value)}]";

    internal static string Number(double value) =>
        (Math.Abs(value) < 0.005 ? 0 : value).ToString(Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
