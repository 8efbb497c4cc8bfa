namespace SaliencyCluster.Attribution.Points;

/// <summary>What a baseline is made of.</summary>
public enum BaselineKind
{
    /// <summary>Zero in the preprocessed input's units.</summary>
    Zeros,

    /// <summary>One in the preprocessed input's units.</summary>
    Ones,

    /// <summary>Every pixel has the image's mean colour.</summary>
    Mean,

    /// <summary>The image under a Gaussian blur; the parameter is sigma in pixels.</summary>
    Blur,

    /// <summary>Uniform noise between the image's least and largest value; the parameter is a number that tells several such baselines apart.</summary>
    Uniform,

    /// <summary>A tensor that was stored with the request; the parameter is its number among them.</summary>
    Stored,

    /// <summary>The least value of the image everywhere (XRAI's black).</summary>
    Least,

    /// <summary>The greatest value of the image everywhere (XRAI's white).</summary>
    Greatest,
}

/// <summary>One baseline, as a pure function of image, seed and stored tensors.</summary>
/// <param name="Kind">What it is made of.</param>
/// <param name="Parameter">Its number, where <paramref name="Kind"/> has one.</param>
/// <param name="Seed">Seed of the request, for uniform noise.</param>
/// <param name="ImageIndex">The image's index within its job, for uniform noise.</param>
public sealed record BaselineRecipe(BaselineKind Kind, double Parameter = 0, ulong Seed = 0, uint ImageIndex = 0);
