namespace SaliencyCluster.Evaluation.Running;

/// <summary>Everything that an evaluation found.</summary>
/// <param name="Plan">What was evaluated.</param>
/// <param name="Measurements">Every number.</param>
/// <param name="Summaries">Means with confidence intervals.</param>
/// <param name="Montage">Maps to show.</param>
/// <param name="Facts">Counts of what was computed.</param>
public sealed record EvaluationResult(
    EvaluationPlan Plan, IReadOnlyList<Measurement> Measurements, IReadOnlyList<Summary> Summaries, IReadOnlyList<MontageMap> Montage,
    EvaluationFacts Facts);

/// <summary>What it took.</summary>
/// <param name="Maps">Maps that were computed.</param>
/// <param name="Points">Evaluations of networks for these maps.</param>
/// <param name="ForwardPoints">Forward passes on perturbed images.</param>
/// <param name="Models">Model states that were explained.</param>
/// <param name="Failures">Images that could not be explained, with reasons.</param>
public sealed record EvaluationFacts(long Maps, long Points, long ForwardPoints, int Models, IReadOnlyList<string> Failures);
