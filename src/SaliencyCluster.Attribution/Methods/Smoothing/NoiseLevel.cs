using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Attribution.Methods.Smoothing;

/// <summary>Makes the noise of a request concrete for one image.</summary>
internal static class NoiseLevel
{
    public static NoiseRecipe Of(MethodContext context, int samples)
    {
        var options = context.Options;
        var stdev = options.Stdev!.Value;
        if (options.StdevKind == "relative")
            stdev *= (double)TensorPrimitives.Max<float>(context.Image.Data) - TensorPrimitives.Min<float>(context.Image.Data);
        var sampling = options.Sampling switch
        {
            "antithetic" => NoiseSampling.Antithetic,
            "latin-hypercube" => NoiseSampling.LatinHypercube,
            _ => NoiseSampling.Independent,
        };
        return new(options.Seed!.Value, context.ImageIndex, stdev, sampling, samples);
    }
}
