namespace SaliencyCluster.Grains.Abstractions.Cluster;

/// <summary>
/// Holds a secret of the cluster. The key says what for: <see cref="Keys.GrainKeys.Single"/> signs the sessions of browsers,
/// <see cref="Keys.GrainKeys.Signing"/> the manifests of jobs.
/// </summary>
/// <remarks>Lives on gateway silos. Safe to repeat; durable on return.</remarks>
[Version(1), Alias("saliency.v1.ISessionSecretGrain")]
public interface ISecretGrain : IGrainWithStringKey
{
    /// <summary>Gets 32 random bytes, made at the first call and the same ever after.</summary>
    [Alias("Get")]
    Task<byte[]> GetAsync();
}
