using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Evaluation.Comparisons;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Reporting;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Comparisons;

public sealed class ComparisonTests
{
    [Fact]
    public void Holm_multiplies_the_least_value_by_all_and_never_falls_again()
    {
        Comparison Of(double p) => new("m", "x", "a", "b", 0, 0, p, 1);
        var corrected = Comparison.Corrected([Of(0.04), Of(0.01), Of(0.03), Of(0.9)]);
        Assert.Equal([0.09, 0.04, 0.09, 0.9], corrected.Select(c => c.PAdjusted).Select(p => Math.Round(p, 12)));
    }

    [Fact]
    public void A_model_that_looks_at_snow_is_told_from_one_that_does_not()
    {
        var comparisons = LocalizationComparisons.Of(Snow());
        Comparison Find(string first, string second) => comparisons.Single(c => c.Method == "gradient" && c.First == first && c.Second == second);
        Assert.InRange(Find("clean, snow", "confounded, snow").PAdjusted, 0, 0.01);
        Assert.InRange(Find("confounded, snow", "confounded, not snow").PAdjusted, 0, 0.01);
        Assert.InRange(Find("clean, snow", "clean, not snow").PAdjusted, 0.1, 1);
        Assert.InRange(Find("clean, grass", "confounded, grass").PAdjusted, 0.1, 1);
    }

    [Fact]
    public void The_statement_of_a_method_says_behind_what_a_model_looks_beside_the_object()
    {
        var supports = Assert.Single(Statements.Of(Snow())).Supports;
        Assert.StartsWith("With snow behind the object, confounded puts 0.59 of the map on the background, else 0.4", Assert.Single(supports), StringComparison.Ordinal);
    }

    /// <summary>Forty images, half on snow; the second model has more of its map on the background there.</summary>
    private static EvaluationResult Snow()
    {
        var random = new RandomStream(1, EvaluationStream.RandomMap);
        var images = Enumerable.Range(0, 40).Select(i => new EvaluatedImage((uint)i, $"{i}", Tensor.Zeros(1, 2, 2)) { Group = i < 20 ? "snow" : "grass" }).ToList();
        var rows = from model in new[] { "clean", "confounded" }
                   from image in images
                   let share = 0.4 + (0.05 * random.NextNormal()) + (model == "confounded" && image.Group == "snow" ? 0.2 : 0)
                   select new Measurement("localization", "gradient", "background-share", model, 0, "", 0, image.Index, share);
        var plan = new EvaluationPlan { Title = "snow", Model = null!, Methods = [MethodUnderTest.Of(new() { Method = "gradient" })], Images = images, Checks = [] };
        return new(plan, [.. rows], [], [], new(0, 0, 0, 0, []));
    }
}
