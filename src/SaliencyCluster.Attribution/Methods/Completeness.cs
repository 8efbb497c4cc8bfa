namespace SaliencyCluster.Attribution.Methods;

/// <summary>Says how far a map is from adding up to the difference of the scores.</summary>
internal static class Completeness
{
    /// <summary>Gets the sum of the map minus (score of the image - mean score of the baselines), as Captum does.</summary>
    public static double Delta(Tensor map, ProbeResult probe)
    {
        var sum = 0.0;
        foreach (var value in map.Data) sum += value;
        return sum - (probe.ImageScore - probe.BaselineScores.Average(s => (double)s));
    }
}
