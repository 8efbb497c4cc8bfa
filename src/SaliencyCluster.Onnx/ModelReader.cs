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

/// <summary>Reads ONNX files that nobody vouches for.</summary>
public static class ModelReader
{
    /// <summary>Reads and checks a model.</summary>
    /// <exception cref="SaliencyException">SAL10xx: the file is not a model that can be explained; says which node and why.</exception>
    public static OnnxModel Read(ReadOnlyMemory<byte> file, string source, ReadLimits? limits = null) =>
        throw new SaliencyException("SAL1000", $"'{source}' cannot be read yet.", "");

    /// <summary>Reads and checks a model file.</summary>
    public static OnnxModel ReadFile(string path, ReadLimits? limits = null) => Read(File.ReadAllBytes(path), path, limits);
}

/// <summary>Makes a model concrete for given input shapes.</summary>
public static class Specializer
{
    /// <summary>Infers static shapes for every tensor and folds constants.</summary>
    /// <param name="model">A checked model.</param>
    /// <param name="inputShapes">The full shape of every graph input, batch included.</param>
    /// <exception cref="SaliencyException">SAL10xx: a shape does not fit; names the node and both shapes.</exception>
    public static SpecializedGraph Specialize(OnnxModel model, IReadOnlyDictionary<string, long[]> inputShapes) =>
        throw new SaliencyException("SAL1000", "Not built yet.", "");
}
