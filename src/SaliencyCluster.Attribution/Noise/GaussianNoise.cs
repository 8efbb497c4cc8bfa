using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Attribution.Noise;

/// <summary>Gaussian noise as a pure function of (seed, image, sample, element): see docs/noise.md.</summary>
public static class GaussianNoise
{
    // Blocks of four normals per pass: their intermediate numbers stay in the first-level cache.
    private const int Blocks = 256;

    /// <summary>Writes an image plus the noise of one sample, rounded to float32 once.</summary>
    /// <param name="image">The image; empty means zeros.</param>
    /// <param name="recipe">Seed, image index and standard deviation.</param>
    /// <param name="sample">The sample's number.</param>
    /// <param name="destination">The noisy image.</param>
    public static void AddTo(ReadOnlySpan<float> image, NoiseRecipe recipe, int sample, Span<float> destination)
    {
        if (recipe.Sampling == NoiseSampling.LatinHypercube)
        {
            LatinHypercube.AddTo(image, recipe, sample, destination);
            return;
        }
        var mirrored = recipe.Sampling == NoiseSampling.Antithetic && (sample & 1) == 1;
        var source = recipe.Sampling == NoiseSampling.Antithetic ? sample & ~1 : sample;
        Span<double> buffer = stackalloc double[6 * Blocks];
        for (var done = 0; done < destination.Length; done += 4 * Blocks)
            Pass(recipe, (uint)source, done, mirrored ? -recipe.Stdev : recipe.Stdev, buffer, image.IsEmpty ? image : image[done..], destination[done..]);
    }

    /// <summary>Gets what the noise of one independent sample is made of: noise is radius times standard deviation, times direction, in
    /// this order.</summary>
    /// <param name="recipe">Seed and image index; the standard deviation is not read.</param>
    /// <param name="sample">The sample's number.</param>
    /// <param name="radius">The radius of each element.</param>
    /// <param name="direction">The cosine or sine of each element.</param>
    internal static void Parts(NoiseRecipe recipe, int sample, Span<double> radius, Span<double> direction)
    {
        Span<double> buffer = stackalloc double[6 * Blocks];
        for (var done = 0; done < radius.Length; done += 4 * Blocks)
        {
            PhiloxBlocks.Fill((uint)(done / 4), (uint)sample, recipe.ImageIndex, 0, recipe.Seed,
                buffer[..Blocks], buffer.Slice(Blocks, Blocks), buffer.Slice(2 * Blocks, Blocks), buffer.Slice(3 * Blocks, Blocks));
            for (var half = 0; half < 2; half++)
            {
                var r = buffer.Slice(2 * half * Blocks, Blocks);
                var angle = buffer.Slice(((2 * half) + 1) * Blocks, Blocks);
                Radius(r);
                Directions(angle, buffer.Slice(4 * Blocks, Blocks), buffer.Slice(5 * Blocks, Blocks));
                for (var block = 0; block < Blocks; block++)
                {
                    var element = done + (4 * block) + (2 * half);
                    if (element < radius.Length) (radius[element], direction[element]) = (r[block], buffer[(5 * Blocks) + block]);
                    if (++element < radius.Length) (radius[element], direction[element]) = (r[block], buffer[(4 * Blocks) + block]);
                }
            }
        }
    }

    private static void Pass(
        NoiseRecipe recipe, uint sample, int first, double stdev, Span<double> buffer, ReadOnlySpan<float> image, Span<float> rest)
    {
        var u0 = buffer[..Blocks];
        var u1 = buffer.Slice(Blocks, Blocks);
        var u2 = buffer.Slice(2 * Blocks, Blocks);
        var u3 = buffer.Slice(3 * Blocks, Blocks);
        var sin = buffer.Slice(4 * Blocks, Blocks);
        var cos = buffer.Slice(5 * Blocks, Blocks);
        PhiloxBlocks.Fill((uint)(first / 4), sample, recipe.ImageIndex, 0, recipe.Seed, u0, u1, u2, u3);
        BoxMuller(u0, u1, stdev, sin, cos);
        Interleave(cos, sin, image, rest, 0);
        BoxMuller(u2, u3, stdev, sin, cos);
        Interleave(cos, sin, image, rest, 2);
    }

    /// <summary>In double precision: near 1, a float32 is too coarse for the logarithm.</summary>
    private static void BoxMuller(Span<double> radius, Span<double> angle, double stdev, Span<double> sin, Span<double> cos)
    {
        Radius(radius);
        TensorPrimitives.Multiply(radius, stdev, radius);
        Directions(angle, sin, cos);
        TensorPrimitives.Multiply<double>(radius, sin, sin);
        TensorPrimitives.Multiply<double>(radius, cos, cos);
    }

    private static void Radius(Span<double> radius)
    {
        TensorPrimitives.Log<double>(radius, radius);
        TensorPrimitives.Multiply(radius, -2, radius);
        TensorPrimitives.Sqrt<double>(radius, radius);
    }

    private static void Directions(Span<double> angle, Span<double> sin, Span<double> cos)
    {
        TensorPrimitives.Multiply(angle, 2 * Math.PI, angle);
        TensorPrimitives.Sin<double>(angle, sin);
        TensorPrimitives.Cos<double>(angle, cos);
    }

    private static void Interleave(
        ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<float> image, Span<float> destination, int offset)
    {
        for (var block = 0; block < first.Length; block++)
        {
            var element = 4 * block + offset;
            if (element < destination.Length) destination[element] = (float)(first[block] + (image.IsEmpty ? 0 : image[element]));
            if (++element < destination.Length) destination[element] = (float)(second[block] + (image.IsEmpty ? 0 : image[element]));
        }
    }
}
