using SaliencyCluster.Attribution;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Gateway.Results;

/// <summary>Reads a map from where the cluster stored it.</summary>
internal static class StoredMap
{
    public static async Task<Tensor> ReadAsync(IBlobStore blobs, string hash, CancellationToken cancellation) =>
        NpyFile.Read(await blobs.ReadAsync(hash, cancellation), hash);
}
