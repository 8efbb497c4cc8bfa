using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Blobs;

/// <summary>The errors of blob stores, each made in one place.</summary>
internal static class BlobErrors
{
    public static SaliencyException NotWritable(string store, Exception cause) => new(
        StorageOutage.BlobsNotWritable, $"The blob store {store} cannot be written: {cause.Message}",
        "Make room or correct its permissions; work under way goes on by itself afterwards.", cause);

    public static SaliencyException NotReachable(string store, string why, Exception cause) => new(
        StorageOutage.BlobsNotReachable, $"The blob store {store} cannot be reached: {why}",
        "Check that it runs and can be reached from this host; work under way goes on by itself afterwards.", cause);

    public static SaliencyException Missing(string hash) => new(
        "SAL9102", $"There is no blob {hash}.", "It was removed, or the blob store is not the one that it was written to: check Saliency:Cluster:Blobs on every process.");

    public static SaliencyException TooLarge(long maxBytes) => new(
        "SAL9103", $"The content has more than the {maxBytes} bytes that are allowed.", "Send less, or raise the limit.");

    public static SaliencyException Damaged(string hash) => new(
        "SAL9104", $"The blob {hash} is damaged: its bytes have another hash.", "Check the disk; delete the blob and upload it again.");
}
