using System.Text.Json.Serialization;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Grains.Abstractions.Models;

/// <summary>How pictures become the model's input: <c>(pixel * scale - mean[c]) / std[c]</c>, pixel from 0 to 255.</summary>
/// <param name="Scale">The default is 1/255.</param>
/// <param name="Mean">Per channel, or one for all.</param>
/// <param name="Std">Per channel, or one for all; not 0.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ModelPreprocessing")]
public sealed record ModelPreprocessing([property: Id(0)] double Scale, [property: Id(1)] double[] Mean, [property: Id(2)] double[] Std)
{
    /// <summary>Gets pixels scaled to 0..1, mean 0 and deviation 1.</summary>
    public static ModelPreprocessing Default => new(0.00392156862745098, [0], [1]);

    /// <summary>Gets how a picture gets the model's size; null stretches it by antialiased bilinear interpolation.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ModelResize? Resize { get; init; }

    /// <summary>Gets whether the model's first channel is blue.</summary>
    [Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool BlueFirst { get; init; }
}

/// <summary>How a picture gets the model's size, in the words of the wire; checked before it is stored.</summary>
/// <param name="Mode">Such as <c>crop</c>.</param>
/// <param name="Interpolation">Such as <c>bicubic</c>.</param>
/// <param name="ShortSide">Before a crop; null means the model's own.</param>
/// <param name="CropShare">Share of the short side that a crop keeps.</param>
/// <param name="Height">Where the model leaves it free; null means the picture's own.</param>
/// <param name="Width">Where the model leaves it free; null means the picture's own.</param>
/// <param name="Fill">Red, green and blue.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ModelResize")]
public sealed record ModelResize(
    [property: Id(0)] string Mode, [property: Id(1)] string Interpolation, [property: Id(2)] int? ShortSide,
        [property: Id(3)] double CropShare,
    [property: Id(4)] int? Height, [property: Id(5)] int? Width, [property: Id(6)] byte[] Fill);

/// <summary>What is registered. The file is in the blob store before.</summary>
/// <param name="Name">The name; versions are counted per name.</param>
/// <param name="Blob">Blob of the ONNX file; its hash is the model's hash.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Preprocessing">How pictures become the model's input.</param>
/// <param name="Labels">Class names by output index, or empty.</param>
/// <param name="Summary">What was found when the file was checked.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ModelRegistration")]
public sealed record ModelRegistration(
    [property: Id(0)] string Name, [property: Id(1)] string Blob, [property: Id(2)] long Bytes,
    [property: Id(3)] ModelPreprocessing Preprocessing, [property: Id(4)] string[] Labels, [property: Id(5)] ModelSummary Summary);

/// <summary>One version of a registered model.</summary>
/// <param name="Version">From 1.</param>
/// <param name="Registered">When.</param>
/// <param name="Registration">What was registered.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ModelInfo")]
public sealed record ModelInfo(
    [property: Id(0)] int Version, [property: Id(1)] DateTimeOffset Registered, [property: Id(2)] ModelRegistration Registration)
{
    /// <summary>Gets what users call it: <c>name:version</c>.</summary>
    public string Label => $"{Registration.Name}:{Version}";
}
