using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>ROAD's images: the untouched one, then one per share of pixels that were removed and filled in from their neighbours.</summary>
/// <param name="Shares">Shares of removed pixels, each above 0 and below 1.</param>
/// <param name="StrongestFirst">Whether the map's strongest pixels go first, or its weakest.</param>
/// <param name="Noise">Standard deviation of the noise on filled pixels, in the units of the preprocessed image.</param>
/// <param name="Seed">Seed of the noise.</param>
public sealed record ImputedRemoval(IReadOnlyList<double> Shares, bool StrongestFirst, double Noise, ulong Seed) : Perturbation
{
    /// <inheritdoc/>
    public override int Count => Shares.Count + 1;

    /// <inheritdoc/>
    public override bool ReadsMap => true;

    /// <inheritdoc/>
    public override IEnumerable<Tensor> Of(Tensor image, uint imageIndex, Tensor? map)
    {
        yield return image;
        var order = MapOrder.Of(map!, image);
        if (!StrongestFirst) Array.Reverse(order);
        foreach (var (step, share) in Shares.Index())
        {
            var removed = order[..(int)(share * order.Length)];
            yield return LinearImputation.Fill(image, removed, Noise, new RandomStream(Seed, EvaluationStream.Imputation, imageIndex, (uint)step));
        }
    }
}
