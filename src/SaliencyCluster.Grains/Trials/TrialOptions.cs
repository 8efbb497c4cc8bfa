namespace SaliencyCluster.Grains.Trials;

/// <summary>When a model is not run any more.</summary>
public sealed record TrialOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Saliency:Trials";

    /// <summary>Gets how many processes a model may end before it is quarantined; read by gateways.</summary>
    /// <value>From 1 to 20. The default is 3.</value>
    public int MaxEnded { get; init; } = 3;
}
