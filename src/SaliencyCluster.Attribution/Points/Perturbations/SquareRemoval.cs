using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>Perturbations of infidelity: a square of the image falls to the baseline, at a random place.</summary>
/// <remarks>Yeh et al., 2019, https://arxiv.org/abs/1901.09392, "square removal": it stays closer to images than independent noise.</remarks>
public static class SquareRemoval
{
    /// <summary>What is taken from the image: image minus baseline within the square, else 0.</summary>
    /// <param name="difference">Image minus baseline, <c>[C,H,W]</c>.</param>
    /// <param name="side">Side of the square in pixels, from 1 to the shorter side of the image.</param>
    /// <param name="random">Chooses the place, every one with the same chance.</param>
    public static Tensor Perturbation(Tensor difference, int side, RandomStream random)
    {
        var (channels, height, width) = MapView.SizeOf(difference);
        int top = random.NextBelow(height - side + 1), left = random.NextBelow(width - side + 1);
        var taken = Tensor.Zeros(difference.Shape);
        for (var c = 0; c < channels; c++)
            for (var y = top; y < top + side; y++)
                for (var x = left; x < left + side; x++)
                {
                    var i = (((c * height) + y) * width) + x;
                    taken.Data[i] = difference.Data[i];
                }
        return taken;
    }
}
