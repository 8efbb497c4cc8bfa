using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>The image under a Gaussian blur whose sigma falls evenly from its greatest value (alpha 0) to nothing (alpha 1).</summary>
internal static class BlurPath
{
    // Parameters of the recipe.
    private const int GreatestSigma = 0, Steps = 1;

    public static void Build(ReadOnlySpan<float> image, int[] shape, IReadOnlyList<double> parameters, double alpha, Span<float> destination)
    {
        var sigma = parameters[GreatestSigma] * (1 - alpha);
        if (sigma < 1e-9)
        {
            image.CopyTo(destination);
            return;
        }
        var plane = shape[1] * shape[2];
        for (var start = 0; start < image.Length; start += plane)
        {
            var channel = new Plane(shape[1], shape[2], Array.ConvertAll(image.Slice(start, plane).ToArray(), v => (double)v));
            var blurred = GaussianFilter.Apply(channel, sigma).Values;
            for (var i = 0; i < plane; i++) destination[start + i] = (float)blurred[i];
        }
    }

    /// <summary>Writes the change of the image over the step that a point lies in the middle of.</summary>
    public static void BuildSegment(ReadOnlySpan<float> image, int[] shape, IReadOnlyList<double> parameters, double alpha, Span<float> destination)
    {
        var half = 0.5 / parameters[Steps];
        Build(image, shape, parameters, alpha + half, destination);
        var before = new float[image.Length];
        Build(image, shape, parameters, alpha - half, before);
        System.Numerics.Tensors.TensorPrimitives.Subtract(destination, before, destination);
    }
}
