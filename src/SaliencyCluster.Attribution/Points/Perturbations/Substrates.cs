using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>What pixels are replaced by. Every choice is off the data in its own way; the report says which was used.</summary>
public static class Substrates
{
    private const int BlurSize = 11;
    private const double BlurSigma = 5;

    /// <summary>The same value everywhere.</summary>
    public static Tensor Constant(Tensor image, float value) => new(image.Shape, [.. Enumerable.Repeat(value, image.Data.Length)]);

    /// <summary>The darkest value of the image everywhere: black, in whatever units the model reads.</summary>
    public static Tensor Black(Tensor image) => Constant(image, image.Data.Min());

    /// <summary>The image under the blur of RISE's insertion game: an 11x11 kernel of sigma 5, zeros beyond the border.</summary>
    /// <remarks>The kernel is a Gaussian folded back at the kernel's own border, as the authors' code makes it.</remarks>
    public static Tensor Blurred(Tensor image)
    {
        var kernel = GaussianFilter.Apply(Plane.Of(BlurSize, BlurSize, (y, x) => y == BlurSize / 2 && x == BlurSize / 2 ? 1 : 0), BlurSigma);
        return new(image.Shape, [.. MapView.Channels(image).SelectMany(p => Convolved(p, kernel).Values).Select(v => (float)v)]);
    }

    private static Plane Convolved(Plane plane, Plane kernel) => Plane.Of(plane.Height, plane.Width, (y, x) =>
    {
        var sum = 0.0;
        for (var ky = 0; ky < BlurSize; ky++)
            for (var kx = 0; kx < BlurSize; kx++)
            {
                int row = y + ky - (BlurSize / 2), column = x + kx - (BlurSize / 2);
                if (row >= 0 && row < plane.Height && column >= 0 && column < plane.Width) sum += kernel[ky, kx] * plane[row, column];
            }
        return sum;
    });
}
