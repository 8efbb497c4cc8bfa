using SaliencyCluster.Attribution;

namespace SaliencyCluster.Evaluation.Metrics.Faithfulness;

/// <summary>How badly a map predicts by how much the score falls when the image is perturbed.</summary>
/// <remarks>
/// Yeh et al., 2019, https://arxiv.org/abs/1901.09392; the terms are those of Captum's <c>infidelity</c>: predicted = perturbation times
/// map, fall = score(image) - score(image - perturbation).
/// </remarks>
public static class Infidelity
{
    /// <summary>Mean of (predicted - fall)^2: in squared units of the score, so it compares methods that share these units only.</summary>
    public static double Raw(IReadOnlyList<double> predicted, IReadOnlyList<double> falls) =>
        predicted.Zip(falls, (p, f) => (p - f) * (p - f)).Average();

    /// <summary>
    /// The same with the map scaled as well as it can be (Captum's <c>normalize</c>), as a share of the mean squared fall: 0 where the
    /// map tells every fall, 1 where it tells none. NaN where the score never falls.
    /// </summary>
    public static double Scaled(IReadOnlyList<double> predicted, IReadOnlyList<double> falls)
    {
        double pp = 0, pf = 0, ff = 0;
        foreach (var (p, f) in predicted.Zip(falls))
        {
            pp += p * p;
            pf += p * f;
            ff += f * f;
        }
        if (ff == 0) return double.NaN;
        return pp == 0 ? 1 : Math.Clamp(1 - (pf * pf / (pp * ff)), 0, 1);
    }

    /// <summary>
    /// What a map predicts of a perturbation: their product, summed. For maps that were multiplied by the input the perturbation is
    /// first divided by image minus baseline, as Captum does; where that is 0 the pixel does not count.
    /// </summary>
    /// <param name="map">The map; one channel stands for all channels of the image.</param>
    /// <param name="perturbation">What is taken from the image.</param>
    /// <param name="difference">Image minus baseline, for maps that were multiplied by it; else null.</param>
    public static double Predicted(Tensor map, Tensor perturbation, Tensor? difference)
    {
        var sum = 0.0;
        for (var i = 0; i < perturbation.Data.Length; i++)
        {
            var change = (double)perturbation.Data[i];
            if (difference is not null) change = difference.Data[i] == 0 ? 0 : change / difference.Data[i];
            sum += change * map.Data[i % map.Data.Length];
        }
        return sum;
    }
}
