using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Abstractions.Blobs;

/// <summary>Failures of the blob store that are about the store and not about a blob: work waits for its return instead of failing.</summary>
public static class BlobOutage
{
    /// <summary>The store is full or may not be written.</summary>
    public const string NotWritable = "SAL9101";

    /// <summary>The store cannot be reached.</summary>
    public const string NotReachable = "SAL9105";

    private const string NoBucket = "SAL9106", Denied = "SAL9107";

    /// <summary>Says whether the same call may succeed later.</summary>
    public static bool Is(Exception error) => error is SaliencyException { Code: NotWritable or NotReachable or NoBucket or Denied };
}
