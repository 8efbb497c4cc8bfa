namespace SaliencyCluster.Reporting;

/// <summary>What the evidence says of one method, in plain words.</summary>
/// <param name="Method">The method under test.</param>
/// <param name="Verdict">Whether its maps react to randomised weights, those of the upper layers too; null where that was not tested.</param>
/// <param name="Supports">What the evidence supports, one sentence each, with numbers.</param>
/// <param name="CannotSay">What it cannot say.</param>
public sealed record Statement(string Method, Verdict? Verdict, IReadOnlyList<string> Supports, IReadOnlyList<string> CannotSay)
{
    /// <summary>Gets whether the score follows its pixels more than a random order; null where that was not tested.</summary>
    public OrderVerdict? Faithfulness { get; init; }
}
