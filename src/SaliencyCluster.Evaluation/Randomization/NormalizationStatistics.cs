namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>What happens to the moving mean and variance of batch normalisation when its layer is randomised.</summary>
public enum NormalizationStatistics
{
    /// <summary>They stay: they are not trained, so the paper's code leaves them.</summary>
    Kept,

    /// <summary>Mean 0, variance 1: what PyTorch's <c>reset_parameters</c> does, and so Quantus.</summary>
    Reset,
}
