namespace SaliencyCluster.Evaluation.Statistics;

/// <summary>A mean with its confidence interval.</summary>
/// <param name="Mean">Mean over everything that is defined; null where nothing is.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Count">Values that went into the mean.</param>
/// <param name="Undefined">Values that were left out, since the measure is not defined for them (a constant map has no ranks).</param>
public sealed record Estimate(double? Mean, double? Low, double? High, int Count, int Undefined);
