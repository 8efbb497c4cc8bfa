namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>How the channels of a map become one number per pixel.</summary>
public enum ChannelReduction
{
    /// <summary>Their sum, signs kept (Captum).</summary>
    Sum,

    /// <summary>The sum of their magnitudes (PAIR).</summary>
    AbsoluteSum,

    /// <summary>Their largest magnitude (Simonyan et al.).</summary>
    MaximumMagnitude,

    /// <summary>Their Euclidean norm.</summary>
    Norm,
}
