using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>Infidelity's images: the untouched one, then copies from which a square at a random place was taken.</summary>
/// <param name="Samples">Number of squares, at least 1.</param>
/// <param name="Side">Side of the squares relative to the shorter side of the image, above 0 and at most 1.</param>
/// <param name="Seed">Seed of the places.</param>
public sealed record RemovedSquares(int Samples, double Side, ulong Seed) : Perturbation
{
    /// <inheritdoc/>
    public override int Count => Samples + 1;

    /// <inheritdoc/>
    public override bool ReadsMap => false;

    /// <summary>What is taken from the image each time.</summary>
    public IEnumerable<Tensor> Squares(Tensor image, uint imageIndex)
    {
        var (_, height, width) = MapView.SizeOf(image);
        var side = Math.Max(1, (int)(Side * Math.Min(height, width)));
        return Enumerable.Range(0, Samples).Select(i =>
            SquareRemoval.Perturbation(image, side, new RandomStream(Seed, EvaluationStream.Infidelity, imageIndex, (uint)i)));
    }

    /// <inheritdoc/>
    public override IEnumerable<Tensor> Of(Tensor image, uint imageIndex, Tensor? map) =>
        Squares(image, imageIndex).Select(taken => Minus(image, taken)).Prepend(image);

    private static Tensor Minus(Tensor image, Tensor taken)
    {
        var rest = Tensor.Zeros(image.Shape);
        TensorPrimitives.Subtract(image.Data, taken.Data, rest.Data);
        return rest;
    }
}
