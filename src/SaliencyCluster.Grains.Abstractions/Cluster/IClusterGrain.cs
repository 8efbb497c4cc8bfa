namespace SaliencyCluster.Grains.Abstractions.Cluster;

/// <summary>Tells who is there and what they do. The key is <see cref="Keys.GrainKeys.Single"/>.</summary>
[Version(1), Alias("saliency.v1.IClusterGrain")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>Describes the cluster. Safe to repeat; a snapshot at most one second old.</summary>
    [Alias("Describe")]
    Task<ClusterView> DescribeAsync();
}
