namespace SaliencyCluster.Attribution.Noise;

/// <summary>The Philox streams of evidence: the last word of the counter, so that no two uses share a random number. See docs/evidence.md.</summary>
public enum EvaluationStream : uint
{
    /// <summary>Weights of randomised models; keyed by layer and tensor.</summary>
    Weights = 64,

    /// <summary>Resamples of images and seeds.</summary>
    Bootstrap = 65,

    /// <summary>Permutations of significance tests.</summary>
    Permutation = 66,

    /// <summary>Maps of the random control; keyed by image and stage.</summary>
    RandomMap = 67,

    /// <summary>Perturbations of sensitivity-max; keyed by image and sample.</summary>
    Sensitivity = 68,

    /// <summary>Perturbations of infidelity; keyed by image and sample.</summary>
    Infidelity = 69,

    /// <summary>Noise of ROAD's imputation; keyed by image and step.</summary>
    Imputation = 70,

    /// <summary>Classes of the random-logit test; keyed by image.</summary>
    RandomLogit = 71,
}
