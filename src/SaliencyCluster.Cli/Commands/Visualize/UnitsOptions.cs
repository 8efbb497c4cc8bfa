using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>What <c>visualize units</c> takes.</summary>
internal sealed class UnitsOptions : StudioOptions
{
    private readonly Option<string[]> _input = new("--input")
    {
        Description = "Images: files, or folders of them.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "FILE|DIR",
    };

    private readonly Option<string> _layer = new("--layer")
    {
        Description = "Tensor of the model with channels and a grid, or last-conv. `saliency models show` lists them.",
        HelpName = "TENSOR", DefaultValueFactory = _ => "last-conv",
    };

    private readonly Option<string?> _channels = new("--channels")
    {
        Description = "Channels that are drawn, such as 3,17,40-47. Default: with --class those that matter most for it, otherwise the first.", HelpName = "LIST",
    };

    private readonly Option<int> _drawn = new("--drawn") { Description = "How many channels are drawn, from 1 to 512.", HelpName = "N",
        DefaultValueFactory = _ => 32 };
    private readonly Option<int> _top = new("--top") { Description = "Images of each channel, from 1 to 64.", HelpName = "N",
        DefaultValueFactory = _ => 8 };
    private readonly Option<string?> _class = new("--class")
    {
        Description = "Label or index of a class: what of its score is lost without each channel is measured on every image.",
            HelpName = "CLASS",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command) => AddTo(command, [_input, _layer, _class, _channels, _drawn, _top]);

    /// <summary>Gets the images.</summary>
    public string[] Inputs(ParseResult arguments) => arguments.GetRequiredValue(_input);

    /// <summary>Gets the layer as it was named.</summary>
    public string Layer(ParseResult arguments) => arguments.GetRequiredValue(_layer);

    /// <summary>Gets the class; null where none is asked for.</summary>
    public string? Class(ParseResult arguments) => arguments.GetValue(_class);

    /// <summary>Gets how many channels are drawn.</summary>
    /// <exception cref="SaliencyException">SAL2503: out of range.</exception>
    public int Drawn(ParseResult arguments) => Ranged("--drawn", arguments.GetRequiredValue(_drawn), 512);

    /// <summary>Gets how many images of each channel are kept.</summary>
    /// <exception cref="SaliencyException">SAL2503: out of range.</exception>
    public int Top(ParseResult arguments) => Ranged("--top", arguments.GetRequiredValue(_top), 64);

    /// <summary>Gets the channels that are drawn; null where none are named.</summary>
    /// <exception cref="SaliencyException">SAL2503: it is no list of the layer's channels.</exception>
    public IReadOnlyList<int>? Channels(ParseResult arguments, NamedLayer layer)
    {
        if (arguments.GetValue(_channels) is not { } text) return null;
        var count = layer.Shape[layer.ChannelsLast ? ^1 : 0];
        var channels = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryRead(ends[0], count, out var first) || !TryRead(ends[^1], count, out var last) || last < first)
                throw new SaliencyException("SAL2503",
                    $"--channels is '{Echo.Of(text)}', and '{layer.Tensor}' has channels 0 to {count - 1}.",
                    "Give numbers and ranges of them, such as 3,17,40-47.");
            channels.UnionWith(Enumerable.Range(first, last - first + 1));
        }
        return [.. channels];
    }

    private static bool TryRead(string text, long count, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < count;

    private static int Ranged(string option, int value, int most) => value >= 1 && value <= most ? value
        : throw new SaliencyException("SAL2503", $"{option} is '{value}'.", $"It must be a whole number from 1 to {most}.");
}
