using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Points;

/// <summary>Makes baselines: pure functions of recipe, image and stored tensors.</summary>
public static class BaselineFactory
{
    /// <summary>Makes every baseline of a recipe; zeros where it names none.</summary>
    public static Tensor[] All(IReadOnlyList<BaselineRecipe> recipes, Tensor image, IReadOnlyList<Tensor> stored) =>
        recipes.Count == 0 ? [Tensor.Zeros(image.Shape)] : [.. recipes.Select(r => One(r, image, stored))];

    private static Tensor One(BaselineRecipe recipe, Tensor image, IReadOnlyList<Tensor> stored) => recipe.Kind switch
    {
        BaselineKind.Zeros => Tensor.Zeros(image.Shape),
        BaselineKind.Ones => Filled(image.Shape, 1),
        BaselineKind.Least => Filled(image.Shape, image.Data.Min()),
        BaselineKind.Greatest => Filled(image.Shape, image.Data.Max()),
        BaselineKind.Mean => MeanColour(image),
        BaselineKind.Blur => Blurred(image, recipe.Parameter),
        BaselineKind.Uniform => UniformNoise(recipe, image),
        BaselineKind.Stored => Stored((int)recipe.Parameter, image, stored),
        _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.Kind, "No such baseline."),
    };

    private static Tensor Filled(int[] shape, float value)
    {
        var tensor = Tensor.Zeros(shape);
        tensor.Data.AsSpan().Fill(value);
        return tensor;
    }

    private static Tensor MeanColour(Tensor image)
    {
        var mean = Tensor.Zeros(image.Shape);
        var plane = image.Data.Length / image.Shape[0];
        for (var c = 0; c < image.Shape[0]; c++)
        {
            var sum = 0.0;
            foreach (var value in image.Data.AsSpan(c * plane, plane)) sum += value;
            mean.Data.AsSpan(c * plane, plane).Fill((float)(sum / plane));
        }
        return mean;
    }

    private static Tensor Blurred(Tensor image, double sigma)
    {
        if (image.Shape.Length != 3)
            throw new SaliencyException(
                "SAL2043", $"A blurred baseline needs an image with height and width; the image has shape [{string.Join(',', image.Shape)}].", "Use another baseline, such as 'zeros'.");
        var width = Sigma(sigma, image.Shape);
        return new(image.Shape, [.. MapView.Channels(image).SelectMany(c => GaussianFilter.Apply(c, width).Values).Select(v => (float)v)]);
    }

    /// <summary>Gets the width of a blur in pixels: as asked, or a sixteenth of the longer side, which takes away what makes an object recognisable and leaves its colours.</summary>
    internal static double Sigma(double asked, IReadOnlyList<int> imageShape) => asked > 0 ? asked : Math.Max(imageShape[1], imageShape[2]) / 16.0;

    private static Tensor UniformNoise(BaselineRecipe recipe, Tensor image)
    {
        const uint stream = 1; // of the counter, see docs/noise.md
        float least = image.Data.Min(), range = image.Data.Max() - least;
        var noise = Tensor.Zeros(image.Shape);
        for (var i = 0; i < noise.Data.Length; i++)
        {
            var (r0, r1, r2, r3) = Philox.Block((uint)(i / 4), (uint)recipe.Parameter, recipe.ImageIndex, stream, (uint)recipe.Seed, (uint)(recipe.Seed >> 32));
            ReadOnlySpan<uint> r = [r0, r1, r2, r3];
            noise.Data[i] = (float)(least + range * ((r[i % 4] + 0.5) / 4294967296));
        }
        return noise;
    }

    private static Tensor Stored(int number, Tensor image, IReadOnlyList<Tensor> stored)
    {
        if (number >= stored.Count)
            throw new SaliencyException("SAL2042", $"Baseline {number} was not sent with the request ({stored.Count} were).", "Send the baseline again with the request.");
        if (!stored[number].Shape.SequenceEqual(image.Shape))
            throw new SaliencyException(
                "SAL2041", $"The stored baseline {number} has shape [{string.Join(',', stored[number].Shape)}]; the image has [{string.Join(',', image.Shape)}].",
                "Give a baseline of the image's shape.");
        return stored[number];
    }
}
