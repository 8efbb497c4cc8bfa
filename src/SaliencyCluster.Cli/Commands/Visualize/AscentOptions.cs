using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>What all commands that draw images by gradient ascent take.</summary>
internal sealed class AscentOptions : StudioOptions
{
    private readonly Option<int> _restarts = new("--restarts")
    {
        Description = "How often each image is drawn, from another start each time, from 1 to 64.", DefaultValueFactory = _ => 1,
            HelpName = "N",
    };

    private readonly Option<string?> _steps = new("--steps") { Description = "Steps of the ascent, one gradient per copy each, from 1 to "
        + "1000. Default: 256, to invert 512.", HelpName = "N" };
    private readonly Option<string?> _seed = new("--seed") { Description = "Seed of everything random, from 0 to 2^64 - 1. Default: 0.",
        HelpName = "N" };
    private readonly Option<string?> _animation = new("--animation")
    {
        Description = "Write the images on the way as an animation too: apng.", HelpName = "FORMAT",
    };

    private readonly (string Key, Option<string?> Option)[] _keys =
    [
        ("basis", new("--basis") { Description = "What is changed: fourier (coefficients, the finer the slower), pixel or maco "
            + "(phases of coefficients whose magnitudes stay). Default: fourier, to invert pixel.", HelpName = "NAME" }),
        ("colours", new("--colours") { Description = "Whether colours are uncorrelated as in photographs: true or false. Default: true.",
            HelpName = "FLAG" }),
        ("rate", new("--rate") { Description = "How far a step of Adam goes at first, above 0 to 10; falls to a tenth. Default: 0.05, "
            + "of phases 0.5, to invert 0.3.", HelpName = "R" }),
        ("start", new("--start") { Description = "Deviation of the random parameters it starts from, 0 to 10; larger ones end at more "
            + "different images. Default: 0.01, of phases 3.", HelpName = "S" }),
        ("tv", new("--tv") { Description = "Weight of the total variation (mean length of the difference of neighbours, in shares of the "
            + "range), 0 to 1000000. Default: 0, to invert 0.001.", HelpName = "W" }),
        ("l2", new("--l2") { Description = "Weight of the mean squared distance from mid-grey (in squared shares of the range), 0 to "
            + "1000000. Default: 0.", HelpName = "W" }),
    ];

    private readonly (string Key, Option<string?> Option)[] _copies =
    [
        ("aim", new("--aim") { Description = "Of a class: its score (logit) alone, or its probability, so that other classes are unlikely "
            + "too. Default: score.", HelpName = "NAME" }),
        ("copies", new("--copies") { Description = "Moved copies of the image that each step looks at, 1 to 64. Default: 1.",
            HelpName = "N" }),
        ("jitter", new("--jitter") { Description = "How far a copy is moved at most, 0 to 1024 pixels. Default: a sixteenth of the "
            + "shorter side.", HelpName = "PX" }),
        ("zoom", new("--zoom") { Description = "By which share a copy is larger or smaller at most, 0 to 0.9. Default: 0.05.",
            HelpName = "S" }),
        ("turn", new("--turn") { Description = "How far a copy is turned at most, 0 to 180 degrees. Default: 5.", HelpName = "DEG" }),
    ];

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="copies">Whether it looks at moved copies.</param>
    public void AddTo(Command command, bool copies) => AddTo(
        command, [_restarts, _steps, _seed, _animation, .. (copies ? [.. _keys, .. _copies] : _keys).Select(k => k.Option)]);

    /// <summary>Gets how often each image is drawn.</summary>
    /// <exception cref="SaliencyException">SAL2503: out of range.</exception>
    public int Restarts(ParseResult arguments) => arguments.GetValue(_restarts) is >= 1 and <= 64 and var restarts ? restarts
        : throw new SaliencyException("SAL2503", $"--restarts is '{arguments.GetValue(_restarts)}'.", "It must be a whole number from 1 "
            + "to 64.");

    /// <summary>Gets whether the images on the way are written as an animation.</summary>
    /// <exception cref="SaliencyException">SAL2503: in a format that nothing here writes.</exception>
    public bool Animates(ParseResult arguments) => arguments.GetValue(_animation) switch
    {
        null => false,
        "apng" => true,
        var other => throw new SaliencyException("SAL2503", $"--animation is '{Echo.Of(other)}'.",
            "It must be apng, which every browser shows; `ffmpeg -i restart-1-steps.png steps.gif` makes a GIF of it, with 256 colours."),
    };

    /// <summary>Gets the request, without unit and layer.</summary>
    /// <param name="arguments">What was given.</param>
    /// <param name="method">The method.</param>
    /// <param name="input">How pixels become the model's input.</param>
    /// <exception cref="SaliencyException">SAL2503: a value is none that an option can have.</exception>
    public ExplanationRequest Request(ParseResult arguments, string method, ModelInput input)
    {
        var request = new ExplanationRequest { Method = method };
        foreach (var option in (Option<string?>[])[_steps, _seed])
        {
            if (arguments.GetValue(option) is not { } text) continue;
            var meaning = OptionCatalog.Find(option.Name[2..])!;
            request = meaning.Parse(request, text) ?? throw new SaliencyException("SAL2503", $"{option.Name} is '{text}'.", $"It must be "
                + $"{meaning.Range}.");
        }
        var parts = new List<string>();
        foreach (var (key, option) in (IEnumerable<(string, Option<string?>)>)[.. _keys, .. _copies])
        {
            if (arguments.GetResult(option) is null) continue;
            var part = $"{key}={arguments.GetValue(option)}";
            AscentSpec.Read(part, new(), out var wrong);
            if (wrong is not null || part.Contains(',', StringComparison.Ordinal))
                throw new SaliencyException("SAL2503", $"{option.Name} is '{arguments.GetValue(option)}'.", $"{option.Description}");
            parts.Add(part);
        }
        parts.Add("range=" + string.Join('/', input.Preprocessing.Range(Channels(input)).Select(r => string.Create(
            CultureInfo.InvariantCulture, $"{r.Low:R}:{r.High:R}"))));
        return request with { Ascent = string.Join(',', parts) };
    }

    /// <summary>Gets how many channels an image has.</summary>
    public static int Channels(ModelInput input) => input.Shape is [> 0 and var channels, _, _] ? (int)channels : input.Shape.Count == 3
        ? 3 : 1;
}
