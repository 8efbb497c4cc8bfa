namespace SaliencyCluster.Attribution.Noise;

/// <summary>How noise samples relate to each other.</summary>
public enum NoiseSampling
{
    /// <summary>Independent samples.</summary>
    Independent,

    /// <summary>Sample 2j+1 is sample 2j with the sign turned.</summary>
    Antithetic,

    /// <summary>Latin hypercube: every pixel's samples fall into different quantiles.</summary>
    LatinHypercube,
}

/// <summary>Gaussian noise added to the image, a pure function of (seed, image index, sample, element): see docs/noise.md.</summary>
/// <param name="Seed">The seed of the request.</param>
/// <param name="ImageIndex">The image's index within its job.</param>
/// <param name="Stdev">Standard deviation in the units of the preprocessed input, at least 0.</param>
/// <param name="Sampling">How samples relate.</param>
/// <param name="Samples">Number of samples; Latin hypercubes need it.</param>
public sealed record NoiseRecipe(ulong Seed, uint ImageIndex, double Stdev, NoiseSampling Sampling, int Samples);
