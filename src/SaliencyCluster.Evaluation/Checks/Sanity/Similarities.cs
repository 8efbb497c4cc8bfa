using SaliencyCluster.Evaluation.Metrics.Similarity;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Sanity;

/// <summary>Measures how alike a map and the trained model's map are, by every similarity measure.</summary>
internal static class Similarities
{
    public static IEnumerable<Measurement> Of(MapAnswer answer, string check, MapKey key, string condition, int stage, string label, int seed) =>
        SimilarityMetrics.All.Select(m => new Measurement(
            check, key.Method.Name, m.Name, condition, stage, label, seed, answer.Image.Index, m.Compare(answer.Original.Map, answer.Map)));
}
