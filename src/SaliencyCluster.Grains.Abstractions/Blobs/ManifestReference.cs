using System.Text.Json.Serialization;

namespace SaliencyCluster.Grains.Abstractions.Blobs;

/// <summary>Refers to a stored list of images.</summary>
/// <param name="Hash">Blob of the list's root.</param>
/// <param name="Count">Number of images.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ManifestReference")]
public sealed record ManifestReference([property: Id(0)] string Hash, [property: Id(1)] int Count);

/// <summary>One image of a job.</summary>
/// <param name="Name">What the user calls it: the stem of the folder that its map is written to.</param>
/// <param name="Blob">Where its bytes are.</param>
/// <param name="Format">How to read them.</param>
public sealed record ManifestEntry(string Name, string Blob, ImageFormat Format)
{
    /// <summary>Gets what is explained of this image; null for the request's target.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>Gets the index that keys the noise; null for the image's place in the list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public uint? NoiseIndex { get; init; }

    /// <summary>Gets the blob of a tensor that takes the place of the request's stored baselines; null for those.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Baseline { get; init; }

    /// <summary>Gets the blob of a mask of the object, a <c>.npy</c> file <c>[H,W]</c>; null where it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mask { get; init; }

    /// <summary>Gets the group that the image belongs to; null where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Group { get; init; }
}

/// <summary>How the bytes of an image are read.</summary>
public enum ImageFormat
{
    /// <summary>A float32 <c>.npy</c> file of the model's input shape without batch: already preprocessed.</summary>
    Tensor = 0,

    /// <summary>A picture file, to be brought through the model's preprocessing.</summary>
    Picture = 1,
}
