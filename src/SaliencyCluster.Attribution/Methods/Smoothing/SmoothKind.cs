namespace SaliencyCluster.Attribution.Methods.Smoothing;

/// <summary>What is made of the maps of noisy images.</summary>
public enum SmoothKind
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The mean of their squares.</summary>
    MeanSquare,

    /// <summary>Their variance, dividing by the number of samples.</summary>
    Variance,
}
