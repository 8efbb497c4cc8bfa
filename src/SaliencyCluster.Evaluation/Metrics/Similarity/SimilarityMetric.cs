using SaliencyCluster.Attribution;

namespace SaliencyCluster.Evaluation.Metrics.Similarity;

/// <summary>How alike two maps of one size are: 1 for equal maps, NaN where the measure is not defined.</summary>
/// <param name="Name">Name in results and on the command line.</param>
/// <param name="Title">Name in reports.</param>
/// <param name="Reads">What it sees of a map, in a few words.</param>
/// <param name="Compare">The measure.</param>
public sealed record SimilarityMetric(string Name, string Title, string Reads, Func<Tensor, Tensor, double> Compare);
