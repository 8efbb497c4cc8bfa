using System.Text.Json;
using SaliencyCluster.Imaging;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>What a model file does not say itself: <c>NAME.json</c> beside <c>NAME.onnx</c>, as in samples/models.</summary>
/// <param name="Description">One sentence.</param>
/// <param name="Labels">Class names in the order of the output.</param>
/// <param name="Scale">Factor of pixels; null means 1/255.</param>
/// <param name="Mean">Mean per channel, or one for all.</param>
/// <param name="Std">Standard deviation per channel, or one for all.</param>
/// <param name="Layout">Where the input has its channels, <c>nchw</c> or <c>nhwc</c>; null finds out from the graph.</param>
internal sealed record ModelCard(
    string? Description = null, IReadOnlyList<string>? Labels = null, double? Scale = null, IReadOnlyList<double>? Mean = null, IReadOnlyList<double>? Std = null,
    string? Layout = null)
{
    /// <summary>Gets the name of a preset, or the path of a preprocessor_config.json beside the card: what the other members do not
    /// say.</summary>
    public string? Preset { get; init; }

    /// <summary>Gets how a picture gets the model's size.</summary>
    public CardResize? Resize { get; init; }

    /// <summary>Gets the order of the channels, <c>rgb</c> or <c>bgr</c>.</summary>
    public string? ChannelOrder { get; init; }

    /// <summary>Gets how pictures become the model's input, as far as it is said.</summary>
    /// <exception cref="SaliencyException">SAL2514: a value is none that it can have. SAL2510, SAL2519: the file of the preset cannot be
    /// read.</exception>
    [System.Text.Json.Serialization.JsonIgnore]
    public PictureFacts Pictures
    {
        get
        {
            var preset = Preset is null ? PictureFacts.None : PictureFacts.Of(PresetFile.Read(Preset, Folder));
            var known = preset.Numbers ?? Preprocessing.Default;
            return new PictureFacts(
                Scale is null && Mean is null && Std is null ? null : new(Scale ?? known.Scale, Mean ?? known.Mean, Std ?? known.Std),
                Resize?.Over(preset.Resize ?? Imaging.Sizing.ResizePolicy.Default), Order).Or(preset);
        }
    }

    /// <summary>Gets the folder of the card.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Folder { get; init; } = "";

    private bool? Order => ChannelOrder switch
    {
        null => null,
        "rgb" => false,
        "bgr" => true,
        var other => throw new SaliencyException("SAL2514", $"The channel order of the model card is '{other}'.", "It must be rgb or bgr."),
    };

    /// <summary>Gets the layout; null where it is not said.</summary>
    /// <exception cref="SaliencyException">SAL2514: there is no such layout.</exception>
    [System.Text.Json.Serialization.JsonIgnore]
    public ImageLayout? ImageLayout => Layout is null ? null : ImageLayouts.Parse(Layout)
        ?? throw new SaliencyException("SAL2514", $"The layout of the model card is '{Layout}'.", "It must be nchw or nhwc.");

    private static readonly string[] Keys = ["description", "labels", "scale", "mean", "std", "layout", "preset", "resize", "channelOrder"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads the card beside a model; an empty one where there is none.</summary>
    /// <exception cref="SaliencyException">SAL2514: the card cannot be read.</exception>
    public static ModelCard Beside(string modelPath)
    {
        var path = Path.ChangeExtension(modelPath, ".json");
        if (!File.Exists(path)) return new();
        try
        {
            var bytes = InputFile.Bytes(path);
            return IsCard(bytes)
                ? (JsonSerializer.Deserialize<ModelCard>(bytes, Json) ?? new()) with { Folder = Path.GetDirectoryName(path)! } : new();
        }
        catch (JsonException error)
        {
            throw new SaliencyException(
                "SAL2514", $"The model card '{path}' cannot be read: {error.Message}",
                "It may hold description, labels, scale, mean, std, layout, preset, resize and channelOrder; see samples/models.", error);
        }
    }

    // Other tools keep a file of that name beside a model too, such as Keras its architecture: it is no card if it says nothing that a card says.
    private static bool IsCard(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        return document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.EnumerateObject().Any()
            || document.RootElement.EnumerateObject().Any(member => Keys.Contains(member.Name, StringComparer.OrdinalIgnoreCase));
    }
}
