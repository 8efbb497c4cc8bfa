using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Bench;

/// <summary>What <c>saliency bench job</c> measured.</summary>
/// <param name="Model">The model.</param>
/// <param name="Images">Images of the job.</param>
/// <param name="Samples">Samples per image.</param>
/// <param name="Points">Points of all images.</param>
/// <param name="Seconds">From the first byte sent to the last map read.</param>
/// <param name="PointsPerSecond">Of the whole job.</param>
/// <param name="LatencyP50Ms">Median time of one image from its first point to its map, in milliseconds; images run beside each other.</param>
/// <param name="LatencyP95Ms">95 of 100 images are faster.</param>
/// <param name="LatencyP99Ms">99 of 100 images are faster.</param>
internal sealed record BenchJobResult(
    string Model, int Images, int Samples, long Points, double Seconds, double PointsPerSecond, double LatencyP50Ms, double LatencyP95Ms, double LatencyP99Ms)
{
    public static BenchJobResult Of(string model, int images, int samples, IReadOnlyList<ImageResult> results, double seconds)
    {
        var points = results.Sum(r => r.Points);
        var latency = LatencyQuantiles.Of(results.Select(r => r.Seconds * 1000));
        return new(model, images, samples, points, seconds, points / seconds, latency.P50Ms, latency.P95Ms, latency.P99Ms);
    }
}
