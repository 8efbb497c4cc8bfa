namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>What a parameter tensor is to its layer; decides how it is initialised.</summary>
public enum ParameterRole
{
    /// <summary>Uniform in <c>+-1/sqrt(fan in)</c>: PyTorch's default of convolutions and linear layers (Kaiming uniform, a = sqrt 5).</summary>
    Weight,

    /// <summary>Uniform in <c>+-1/sqrt(fan in of the layer's weight)</c>: PyTorch's default.</summary>
    Bias,

    /// <summary>Scale of a normalisation: 1.</summary>
    Scale,

    /// <summary>Shift of a normalisation: 0.</summary>
    Shift,

    /// <summary>Moving mean of a batch normalisation: kept, or 0.</summary>
    MovingMean,

    /// <summary>Moving variance of a batch normalisation: kept, or 1.</summary>
    MovingVariance,

    /// <summary>Slope of a PRelu: 0.25.</summary>
    Slope,
}
