namespace SaliencyCluster.Grains.Abstractions.Cluster;

/// <summary>Holds what the sessions of signed-in browsers are signed with. The key is <see cref="Keys.GrainKeys.Single"/>.</summary>
/// <remarks>Lives on gateway silos. Safe to repeat; durable on return.</remarks>
[Version(1), Alias("saliency.v1.ISessionSecretGrain")]
public interface ISessionSecretGrain : IGrainWithStringKey
{
    /// <summary>Gets 32 random bytes, made at the first call and the same ever after.</summary>
    [Alias("Get")]
    Task<byte[]> GetAsync();
}
