using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>How a picture gets the model's size and the order of its channels.</summary>
internal sealed class ResizeOptions
{
    private readonly Option<string?> _preset = new("--preset")
    {
        Description = "How pictures become the model's input, by name (imagenet, clip, yolo) or as a Hugging Face "
            + "preprocessor_config.json; other options change single values.", HelpName = "NAME|FILE",
    };

    private readonly Option<string?> _resize = new("--resize")
    {
        Description = "How a picture gets the model's size: stretch, crop (short side, then the centre), fit (letterbox) or none. "
            + "Default: stretch.", HelpName = "MODE",
    };

    private readonly Option<string?> _shortSide = new("--short-side")
    {
        Description = "With --resize crop: length of the short side before the crop. Default: the model's own.", HelpName = "N",
    };
    private readonly Option<string?> _size = new("--size")
    {
        Description = "Size of the input where the model leaves it free: N or HxW. Default: the picture's own.", HelpName = "HxW",
    };
    private readonly Option<string?> _interpolation = new("--interpolation")
    {
        Description = "bilinear, bicubic, lanczos, box, hamming (antialiased, as Pillow), nearest, or bilinear-plain (as OpenCV). "
            + "Default: bilinear.", HelpName = "NAME",
    };

    private readonly Option<string?> _fill = new("--fill")
    {
        Description = "With --resize fit: colour around the picture, one number or red,green,blue from 0 to 255. Default: "
            + "0.", HelpName = "V,..",
    };
    private readonly Option<string?> _order = new("--channel-order") { Description = "rgb or bgr. Default: rgb.", HelpName = "ORDER" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_preset, _resize, _shortSide, _size, _interpolation, _fill, _order]) command.Add(option);
    }

    /// <summary>Reads the preset; nothing where none is given.</summary>
    /// <exception cref="SaliencyException">SAL2503, SAL2514, SAL2519: there is none, or its file cannot be read.</exception>
    public PictureFacts Preset(ParseResult arguments) =>
        arguments.GetValue(_preset) is { } name ? PictureFacts.Of(PresetFile.Read(name)) : PictureFacts.None;

    /// <summary>Reads the order of channels; null where none is given.</summary>
    /// <exception cref="SaliencyException">SAL2503: there is no such order.</exception>
    public bool? BlueFirst(ParseResult arguments) => arguments.GetValue(_order) switch
    {
        null => null,
        "rgb" => false,
        "bgr" => true,
        var other => throw Bad(_order, other, $"{Suggestion.For(other, ["rgb", "bgr"])}It must be `rgb` or `bgr`."),
    };

    /// <summary>Reads how pictures are resized; null where nothing of it is given.</summary>
    /// <exception cref="SaliencyException">SAL2503: a value is none that the option can have.</exception>
    public ResizePolicy? Read(ParseResult arguments, ResizePolicy? preset)
    {
        if (((Option<string?>[])[_resize, _shortSide, _size, _interpolation, _fill]).All(o => arguments.GetValue(o) is null)) return null;
        var card = new CardResize(
            Named(_resize, ResizeNames.Modes, arguments), Named(_interpolation, ResizeNames.Interpolations, arguments),
            Sides(_shortSide, arguments, 1) is [var side] ? side : null, null, Sides(_size, arguments, 2), Fill(arguments));
        var known = preset ?? ResizePolicy.Default;
        if (card.ShortSide is not null && (card.Mode ?? known.Mode.Name()) != "crop") throw Bad(
            _shortSide, arguments.GetValue(_shortSide)!, "It goes with `--resize crop`.");
        return card.Over(known);
    }

    private static string? Named<T>(Option<string?> option, IReadOnlyDictionary<string, T> names, ParseResult arguments) =>
        arguments.GetValue(option) is not { } name ? null
        : names.ContainsKey(name) ? name
            : throw Bad(option, name, $"{Suggestion.For(name, names.Keys)}It must be "
            + $"{string.Join(", ", names.Keys.Select(n => $"`{n}`"))}.");

    private static int[]? Sides(Option<string?> option, ParseResult arguments, int most)
    {
        if (arguments.GetValue(option) is not { } text) return null;
        var parts = text.Split('x', 'X');
        var sides = parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var side) ? side : 0).ToArray();
        return parts.Length <= most && sides.All(s => s is >= 1 and <= ResizePolicy.LongestSide) ? sides
            : throw Bad(option, text, $"It must be {(most == 1 ? "a number" : "N or HxW, each")} from 1 to {ResizePolicy.LongestSide}.");
    }

    private byte[]? Fill(ParseResult arguments)
    {
        if (arguments.GetValue(_fill) is not { } text) return null;
        var colour = new List<byte>();
        foreach (var part in text.Split(','))
            colour.Add(byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw WrongFill(text));
        return colour.Count is 1 or 3 ? [.. colour] : throw WrongFill(text);
    }

    private SaliencyException WrongFill(string text) =>
        Bad(_fill, text, "It must be one whole number from 0 to 255, or three separated by commas.");

    private static SaliencyException Bad(Option option, string value, string next) => new("SAL2503", $"{option.Name} is '{value}'.", next);
}
