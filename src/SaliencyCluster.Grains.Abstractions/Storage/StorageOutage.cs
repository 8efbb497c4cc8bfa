using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Abstractions.Storage;

/// <summary>Failures of the blob store or the database that are about the store and not about what is stored: work waits for its return instead of failing.</summary>
public static class StorageOutage
{
    /// <summary>The blob store is full or may not be written.</summary>
    public const string BlobsNotWritable = "SAL9101";

    /// <summary>The blob store cannot be reached.</summary>
    public const string BlobsNotReachable = "SAL9105";

    /// <summary>The database did not answer.</summary>
    public const string DatabaseAway = "SAL9032";

    private const string NoBucket = "SAL9106", Denied = "SAL9107";

    /// <summary>Says whether the same call may succeed later.</summary>
    public static bool Is(Exception error) => error is SaliencyException { Code: BlobsNotWritable or BlobsNotReachable or DatabaseAway or NoBucket or Denied };

    /// <summary>Makes the error of a call whose state could not be read or stored.</summary>
    public static SaliencyException OfDatabase() => new(
        DatabaseAway, "The cluster's database did not answer.", "Call again: what was accepted is stored. If it lasts, check the database with: saliency doctor");
}
