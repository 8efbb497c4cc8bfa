namespace SaliencyCluster.Onnx;

/// <summary>Limits for files that nobody vouches for.</summary>
public sealed record ReadLimits
{
    /// <summary>Gets the largest file in bytes.</summary>
    /// <value>The default is 2 GiB - 1, the limit of protocol buffers.</value>
    public long MaxBytes { get; init; } = int.MaxValue;

    /// <summary>Gets the largest number of nodes.</summary>
    /// <value>The default is 100,000.</value>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>Gets the largest number of elements of one tensor at batch 1.</summary>
    /// <value>The default is 2^28.</value>
    public long MaxTensorElements { get; init; } = 1L << 28;
}
