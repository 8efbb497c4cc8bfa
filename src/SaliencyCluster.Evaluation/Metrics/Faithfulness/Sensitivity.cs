using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Evaluation.Metrics.Faithfulness;

/// <summary>How much a map can change when the image hardly does.</summary>
/// <remarks>Yeh et al., 2019, https://arxiv.org/abs/1901.09392 (sensitivity-max); norms and sampling as Captum's <c>sensitivity_max</c>.</remarks>
public static class Sensitivity
{
    /// <summary>An image drawn evenly from the cube of a radius around an image.</summary>
    /// <param name="image">The centre.</param>
    /// <param name="radius">Largest change of any value, in the units of the image, at least 0.</param>
    /// <param name="random">The draw.</param>
    public static Tensor Perturbed(Tensor image, double radius, RandomStream random) =>
        new(image.Shape, Array.ConvertAll(image.Data, v => (float)(v + (radius * ((2 * random.NextUniform()) - 1)))));

    /// <summary>The greatest distance of a perturbed image's map from the map, relative to the map's length (to 1 for a map of zeros).</summary>
    public static double Max(Tensor map, IEnumerable<Tensor> perturbed)
    {
        var length = Length(map.Data, _ => 0);
        return perturbed.Max(p => Length(map.Data, i => p.Data[i])) / (length == 0 ? 1 : length);
    }

    private static double Length(float[] values, Func<int, double> minus)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++) sum += (values[i] - minus(i)) * (values[i] - minus(i));
        return Math.Sqrt(sum);
    }
}
