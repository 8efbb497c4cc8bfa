using System.Text.Json;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Imaging.Presets;

/// <summary>Reads the <c>preprocessor_config.json</c> of a Hugging Face model: what its image processor does to a picture.</summary>
public static class PreprocessorConfig
{
    // Pillow's numbers.
    private static readonly Interpolation[] Resamplings =
        [Interpolation.Nearest, Interpolation.Lanczos, Interpolation.Bilinear, Interpolation.Bicubic, Interpolation.Box,
            Interpolation.Hamming];

    // These read "size": 224 as a short side; all others as height and width.
    private static readonly string[] ShortSideFamilies = ["CLIP", "ChineseCLIP", "ConvNext", "Levit", "DPR", "PoolFormer", "VideoMAE",
        "MobileNetV1", "MobileNetV2", "MobileViT"];

    /// <summary>Reads a file's content.</summary>
    /// <param name="json">The content.</param>
    /// <param name="source">File name, for messages.</param>
    /// <exception cref="SaliencyException">SAL2514: it is no such file, or asks for what is not done here; says which member.</exception>
    public static Preprocessing Read(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray());
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Bad(source, "it is no object");
            return Read(document.RootElement, source);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw Bad(source, error.Message, error);
        }
    }

    private static Preprocessing Read(JsonElement config, string source)
    {
        if (Flag(config, "do_pad", false)) throw Bad(source, "do_pad asks for padding to a batch's largest picture");
        if (Flag(config, "do_thumbnail", false)) throw Bad(source, "do_thumbnail is not supported");
        if (!(Member(config, "do_normalize") ?? Member(config, "do_rescale") ?? Member(config, "size")
            ?? Member(config, "image_mean")).HasValue)
            throw Bad(source, "it says none of do_normalize, do_rescale, size and image_mean");
        // Files of before 2022 say no do_rescale: their extractors always scaled to 0..1.
        var scale = Flag(config, "do_rescale", true) ? Member(config, "rescale_factor") is { } factor ? factor.GetDouble() : 1.0 / 255 : 1;
        // ViViT and EfficientNet: after scaling 1 is taken away.
        var offset = Flag(config, "rescale_offset", false) ? 1.0 : 0;
        var normalizes = Flag(config, "do_normalize", true);
        var mean = normalizes ? Numbers(config, "image_mean") ?? throw Bad(source, "do_normalize is on and image_mean is missing") : [0];
        var std = normalizes ? Numbers(config, "image_std") ?? throw Bad(source, "do_normalize is on and image_std is missing") : [1];
        // EfficientNet: with its classifier, divided once more.
        if (Flag(config, "include_top", false)) std = [.. std.Select(s => s * s)];
        return new(scale, [.. mean.Select(m => m + offset)], std) { Resize = Resizing(config, source).Checked(),
            BlueFirst = Flag(config, "do_flip_channel_order", false) };
    }

    private static ResizePolicy Resizing(JsonElement config, string source)
    {
        var resample = Member(config, "resample")?.GetInt32() ?? 2;
        if (resample < 0 || resample >= Resamplings.Length) throw Bad(
            source, $"resample is {resample}; it must be from 0 to {Resamplings.Length - 1}");
        var interpolation = Resamplings[resample];
        var crop = Flag(config, "do_center_crop", Member(config, "crop_size") is not null) ? Rectangle(config, "crop_size", source)
            ?? Rectangle(config, "size", source) : null;
        if (!Flag(config, "do_resize", true))
            return crop is null ? new(ResizeMode.None) : throw Bad(source, "do_center_crop without do_resize is not supported");
        if (Member(config, "size") is not { } size) throw Bad(source, "do_resize is true and size is missing");
        if (size.ValueKind == JsonValueKind.Object
            && (size.TryGetProperty("longest_edge", out _) || size.TryGetProperty("max_height", out _)))
            throw Bad(source, "a size with longest_edge or max_height depends on the picture");
        if (ShortSide(config, size) is { } side) return OfShortSide(config, side, crop, interpolation, source);
        var stretched = Rectangle(config, "size", source) ?? throw Bad(source, "size has neither shortest_edge nor height and width");
        return crop is null || crop == stretched
            ? new(ResizeMode.Stretch, interpolation) { Size = stretched }
            : throw Bad(source, $"size {stretched.Height}x{stretched.Width} is cropped to {crop.Value.Height}x{crop.Value.Width}, which "
                + "is supported for a size of shortest_edge only");
    }

    private static ResizePolicy OfShortSide(
        JsonElement config, int side, (int Height, int Width)? crop, Interpolation interpolation, string source)
    {
        // ConvNeXT: below 384 the picture is made larger by crop_pct and cropped to the size, else it is stretched.
        if (Type(config).StartsWith("ConvNext", StringComparison.Ordinal) || Member(config, "crop_pct") is not null)
        {
            var share = Member(config, "crop_pct")?.GetDouble() ?? 224.0 / 256;
            return side < 384
                ? new(ResizeMode.Crop, interpolation) { ShortSide = (int)(side / share), Size = (side, side) }
                : new(ResizeMode.Stretch, interpolation) { Size = (side, side) };
        }
        if (Type(config).StartsWith("Levit", StringComparison.Ordinal)) side = (int)(256.0 / 224 * side);
        return crop is { } size ? new(ResizeMode.Crop, interpolation) { ShortSide = side, Size = size }
            : throw Bad(source, "shortest_edge without do_center_crop leaves pictures of every shape; a model takes one");
    }

    private static int? ShortSide(JsonElement config, JsonElement size) => size.ValueKind switch
    {
        JsonValueKind.Object => size.TryGetProperty("shortest_edge", out var edge) ? edge.GetInt32() : null,
        JsonValueKind.Number => ShortSideFamilies.Any(f => Type(config).StartsWith(f, StringComparison.Ordinal)) ? size.GetInt32() : null,
        _ => null,
    };

    private static (int Height, int Width)? Rectangle(JsonElement config, string name, string source)
    {
        if (Member(config, name) is not { } size) return null;
        switch (size.ValueKind)
        {
            case JsonValueKind.Number: return (size.GetInt32(), size.GetInt32());
            // Old files: width, height.
            case JsonValueKind.Array when size.GetArrayLength() == 2: return (size[1].GetInt32(), size[0].GetInt32());
            case JsonValueKind.Object when size.TryGetProperty("height", out var height) && size.TryGetProperty("width", out var width):
                return (height.GetInt32(), width.GetInt32());
            case JsonValueKind.Object when size.TryGetProperty("shortest_edge", out var edge)
                && name == "crop_size": return (edge.GetInt32(), edge.GetInt32());
            case JsonValueKind.Object when name == "size": return null;
            default: throw Bad(source, $"{name} is {size.GetRawText()}");
        }
    }

    private static string Type(JsonElement config) =>
        (Member(config, "image_processor_type") ?? Member(config, "feature_extractor_type"))?.GetString() ?? "";

    private static bool Flag(JsonElement config, string name, bool otherwise) => Member(config, name)?.GetBoolean() ?? otherwise;

    private static double[]? Numbers(JsonElement config, string name) => Member(config, name) is { } list
        ? list.ValueKind == JsonValueKind.Number ? [list.GetDouble()] : [.. list.EnumerateArray().Select(v => v.GetDouble())] : null;

    private static JsonElement? Member(JsonElement config, string name) =>
        config.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static SaliencyException Bad(string source, string why, Exception? cause = null) => new(
        "SAL2514", $"The preprocessor configuration '{source}' cannot be used: {why}.",
        "Say the same with --resize, --size, --short-side, --interpolation, --scale, --mean and --std.", cause);
}
