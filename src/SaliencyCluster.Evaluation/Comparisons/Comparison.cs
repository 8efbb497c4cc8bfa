using System.Text.Json.Serialization;

namespace SaliencyCluster.Evaluation.Comparisons;

/// <summary>A difference of means between two sets of images or two models, with its significance.</summary>
/// <param name="Method">The method under test.</param>
/// <param name="Measure">What was measured.</param>
/// <param name="First">What the first set is.</param>
/// <param name="Second">What the second set is.</param>
/// <param name="FirstMean">Mean of the first.</param>
/// <param name="SecondMean">Mean of the second.</param>
/// <param name="P">Two-sided p-value of a permutation test.</param>
/// <param name="PAdjusted">The p-value after Holm's correction for all comparisons of the report.</param>
public sealed record Comparison(
    string Method, string Measure, string First, string Second, double FirstMean, double SecondMean, double P, double PAdjusted)
{
    /// <summary>Gets the group of images that is compared with all others of <see cref="Model"/>; null where models are compared.</summary>
    [JsonIgnore]
    public string? Group { get; init; }

    /// <summary>Gets the model whose groups are compared; null where models are compared.</summary>
    [JsonIgnore]
    public string? Model { get; init; }

    /// <summary>Holm's correction: keeps the chance of any false finding among all comparisons at the level of one.</summary>
    /// <remarks>Holm, 1979, https://www.jstor.org/stable/4615733.</remarks>
    public static IReadOnlyList<Comparison> Corrected(IReadOnlyList<Comparison> comparisons)
    {
        var corrected = new Comparison[comparisons.Count];
        var greatest = 0.0;
        foreach (var (rank, (index, comparison)) in comparisons.Index().OrderBy(c => c.Item.P).ThenBy(c => c.Index).Index())
        {
            greatest = Math.Max(greatest, Math.Min(1, comparison.P * (comparisons.Count - rank)));
            corrected[index] = comparison with { PAdjusted = greatest };
        }
        return corrected;
    }
}
