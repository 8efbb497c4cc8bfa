using System.Security.Cryptography;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Cluster;

/// <summary>Keeps the secret in one row, so that it is the same on every gateway and outlives restarts.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.session-secret")]
internal sealed class SecretGrain([PersistentState("secret", GrainStorage.Provider)] IPersistentState<SecretRecord> record)
    : DurableGrain<SecretRecord>(record), ISecretGrain
{
    private const int Bytes = 32;

    public async Task<byte[]> GetAsync() =>
        (await ReadStateAsync()).Secret ?? (await UpdateStateAsync(s => s.Secret is null
            ? new() { Secret = RandomNumberGenerator.GetBytes(Bytes) } : s)).Secret!;
}

/// <summary>What is stored of the secret.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.SessionSecretRecord")]
internal sealed record SecretRecord
{
    [Id(0)] public byte[]? Secret { get; init; }
}
