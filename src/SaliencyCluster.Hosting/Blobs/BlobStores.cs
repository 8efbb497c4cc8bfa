using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Hosting.Blobs.S3;

namespace SaliencyCluster.Hosting.Blobs;

/// <summary>Opens the blob store that the settings name.</summary>
internal static class BlobStores
{
    // Longer than three attempts to connect.
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(30);

    /// <summary>Opens a folder or an object store and makes sure that it can be used.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9101 folder; SAL9105, SAL9106, SAL9107 object store.</exception>
    public static IBlobStore Open(ClusterSettings settings, TimeProvider time, StartPatience patience)
    {
        if (settings.Blobs is not { } place || S3Location.TryParse(place) is not { } location) return new FolderBlobStore(settings.BlobFolder, time);
        var store = new S3BlobStore(location, settings.S3, time);
        patience.Until("object store", CheckAsync, error => error.Code == StorageOutage.BlobsNotReachable);
        return store;

        async Task CheckAsync()
        {
            using var deadline = new CancellationTokenSource(CallTime, time);
            await store.CheckAsync(deadline.Token);
        }
    }
}
