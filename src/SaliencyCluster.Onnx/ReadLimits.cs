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

    /// <summary>
    /// Gets the largest number of parts of the file: messages, names and other texts, which cost memory beyond their bytes.
    /// </summary>
    /// <value>The default is 4,000,000 (up to about 1 GB once read); a model of 100,000 nodes has about 2,500,000.</value>
    public int MaxParts { get; init; } = 4_000_000;

    /// <summary>Gets the most bytes of objects that the file may become, beside the numbers in its tensors: an empty tensor takes two bytes of file and some hundred of memory.</summary>
    /// <value>The default is a quarter of the memory that the process may use, from 64 MiB to 1 GiB.</value>
    public long MaxObjectBytes { get; init; } = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 64L << 20, 1L << 30);

    /// <summary>Gets the largest number of tensors, initializers and constants together.</summary>
    /// <value>The default is 200,000.</value>
    public int MaxTensors { get; init; } = 200_000;

    /// <summary>Gets the largest number of functions that a model brings along.</summary>
    /// <value>The default is 10,000.</value>
    public int MaxFunctions { get; init; } = 10_000;

    /// <summary>Gets the largest number of elements of one tensor at batch 1.</summary>
    /// <value>The default is 2^28.</value>
    public long MaxTensorElements { get; init; } = 1L << 28;
}
