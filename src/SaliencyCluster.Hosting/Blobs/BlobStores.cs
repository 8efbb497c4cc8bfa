using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Hosting.Blobs.S3;
using SaliencyCluster.Hosting.Silo;

namespace SaliencyCluster.Hosting.Blobs;

/// <summary>Opens the blob store that the settings name.</summary>
internal static class BlobStores
{
    // Longer than three attempts to connect.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Opens a folder or an object store and makes sure that it can be used.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9101 folder; SAL9105, SAL9106, SAL9107 object store.</exception>
    public static IBlobStore Open(ClusterSettings settings, TimeProvider time)
    {
        if (settings.Blobs is not { } place || S3Location.TryParse(place) is not { } location) return new FolderBlobStore(settings.BlobFolder, time);
        var store = new S3BlobStore(location, settings.S3, time);
        using var deadline = new CancellationTokenSource(Patience, time);
        // Before the host is built there is nothing that could await.
        Task.Run(() => store.CheckAsync(deadline.Token)).GetAwaiter().GetResult();
        return store;
    }
}
