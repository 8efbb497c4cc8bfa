using System.Runtime.CompilerServices;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Evaluation.Metrics.Complexity;

namespace SaliencyCluster.Evaluation.Metrics.Similarity;

/// <summary>
/// What measures read of a map, computed when it is first asked for and kept as long as the map: several measures read the same,
/// and the trained model's map is compared with that of every other model.
/// </summary>
internal sealed class MapFeatures
{
    private static readonly ConditionalWeakTable<Tensor, MapFeatures> Known = [];

    private readonly Lazy<float[]> _magnitudeRanks;
    private readonly Lazy<float[]> _signedRanks;
    private readonly Lazy<double[]> _gradients;
    private readonly Lazy<double> _entropy;

    private MapFeatures(Tensor map)
    {
        _magnitudeRanks = new(() => RanksOf(MapView.Magnitude(map)));
        _signedRanks = new(() => RanksOf(MapView.Signed(map)));
        _gradients = new(() => HistogramsOf(map));
        _entropy = new(() => HistogramEntropy.Of(Array.ConvertAll(map.Data, v => (double)v)));
    }

    /// <summary>Gets the ranks of the magnitudes of pixels.</summary>
    public double[] MagnitudeRanks => Array.ConvertAll(_magnitudeRanks.Value, r => (double)r);

    /// <summary>Gets the ranks of the signed values of pixels.</summary>
    public double[] SignedRanks => Array.ConvertAll(_signedRanks.Value, r => (double)r);

    /// <summary>Gets the histograms of oriented gradients.</summary>
    public double[] Gradients => _gradients.Value;

    /// <summary>Gets the entropy of the histogram of its values.</summary>
    public double Entropy => _entropy.Value;

    /// <summary>Gets those of a map.</summary>
    public static MapFeatures Of(Tensor map) => Known.GetValue(map, static m => new(m));

    // Whole and half ranks are exact in single precision up to 8 million pixels; that halves what is kept.
    private static float[] RanksOf(Plane plane) => Array.ConvertAll(Ranks.Of(plane.Values), r => (float)r);

    private static double[] HistogramsOf(Tensor map)
    {
        var (_, height, width) = MapView.SizeOf(map);
        return HogFeatures.Of(MapView.Scaled(map), HogOptions.For(height, width));
    }
}
