using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Imaging.HeatMaps;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Results;

/// <summary>How heat maps look, and which files are written beside them; has no effect on the maps themselves.</summary>
internal sealed class RenderingOptions
{
    private static readonly Dictionary<string, ChannelReduction> Reductions = new()
    {
        ["sum"] = ChannelReduction.Sum,
        ["abs-sum"] = ChannelReduction.AbsoluteSum,
        ["max-abs"] = ChannelReduction.MaximumMagnitude,
        ["l2"] = ChannelReduction.Norm,
    };

    private readonly Option<string> _channels = new("--channels")
    {
        Description = "How channels become one number in heat maps: sum (signed), abs-sum, max-abs or l2.", HelpName = "KIND", DefaultValueFactory = _ => "sum",
    };

    private readonly Option<string?> _signed = new("--signed") { Description = "Whether evidence against the target has its own colour: true or false. Default: as the method says.", HelpName = "VALUE" };
    private readonly Option<string> _clip = new("--clip")
    {
        Description = "Share of the map's magnitude, in percent, that may be clipped to full colour: from 0 to below 100.", HelpName = "P", DefaultValueFactory = _ => "2",
    };

    private readonly Option<string> _opacity = new("--opacity")
    {
        Description = "How strongly colours cover the image where the map is strongest: from 0 to 1.", HelpName = "X", DefaultValueFactory = _ => "0.9",
    };

    private readonly Option<bool> _npz = new("--npz") { Description = "Also write the maps of an image as one .npz, by method." };
    private readonly Option<bool> _montage = new("--montage") { Description = "Also write the heat maps of an image side by side, as montage.png." };

    private readonly Option<bool> _noPicture = new("--no-picture") { Description = "Write no heat maps, only arrays and what is said of them." };

    private readonly Option<string> _geometry = new("--geometry")
    {
        Description = "picture: also write each map pixel by pixel of the original picture, as METHOD.picture.npy. model: only in the "
            + "model's size.", HelpName = "WHICH", DefaultValueFactory = _ => "model",
    };

    private readonly Option<bool> _showInput = new("--show-input")
    {
        Description = "Also write what the model saw of a picture, as input.png: its size and crop, before scale, mean "
            + "and std.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])
            [_channels, _signed, _clip, _opacity, _npz, _montage, _noPicture, _geometry, _showInput]) command.Add(option);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="SaliencyException">SAL2503: a value is none that the option can have.</exception>
    public ResultStyle Read(ParseResult arguments)
    {
        var channels = arguments.GetRequiredValue(_channels);
        if (!Reductions.TryGetValue(channels, out var reduction))
            throw Bad(_channels, channels, $"{Suggestion.For(channels, Reductions.Keys)}It must be {string.Join(", ", Reductions.Keys.Select(k => $"`{k}`"))}.");
        var signed = arguments.GetValue(_signed);
        if (signed is not (null or "true" or "false")) throw Bad(_signed, signed, "It must be `true` or `false`.");
        if (signed == "true" && reduction != ChannelReduction.Sum) throw Bad(_signed, signed, $"Channels reduced by `{channels}` have no sign; use `--channels sum`.");
        var geometry = arguments.GetRequiredValue(_geometry);
        if (geometry is not ("model" or "picture")) throw Bad(
            _geometry, geometry, $"{Suggestion.For(geometry, ["model", "picture"])}It must be `model` or `picture`.");
        return new(
            new HeatMapOptions
            {
                Reduction = reduction,
                ClippedPercent = Number(_clip, arguments, v => v is >= 0 and < 100, "a number from 0 to below 100"),
                Opacity = Number(_opacity, arguments, v => v is >= 0 and <= 1, "a number from 0 to 1"),
            },
            signed is null ? null : signed == "true", arguments.GetValue(_npz), arguments.GetValue(_montage),
            !arguments.GetValue(_noPicture))
            {
                OnPicture = geometry == "picture", ShowInput = arguments.GetValue(_showInput),
            };
    }

    private static double Number(Option<string> option, ParseResult arguments, Func<double, bool> allows, string range)
    {
        var text = arguments.GetRequiredValue(option);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && allows(value) ? value : throw Bad(option, text, $"It must be {range}.");
    }

    private static SaliencyException Bad(Option option, string value, string next) => new("SAL2503", $"{option.Name} is '{value}'.", next);
}
