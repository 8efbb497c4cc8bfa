namespace SaliencyCluster.Grains;

/// <summary>Names that grains and hosts agree on.</summary>
public static class GrainStorage
{
    /// <summary>The storage provider of all grains.</summary>
    public const string Provider = "saliency";
}
