using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Imaging;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>What a model file does not say of itself: class names, and how pixels become its input.</summary>
internal sealed class PreprocessingOptions
{
    private readonly Option<string?> _labels = new("--labels") { Description = "Text file with one class name per line.", HelpName = "FILE" };
    private readonly Option<string?> _layout = new("--layout") { Description = "Where the model's input has its channels: nchw or nhwc. Default: as the graph reads them.", HelpName = "LAYOUT" };
    private readonly Option<string[]> _values = new("--input-value") { Description = "Value of an input that takes no image; several times for several inputs.", HelpName = "NAME=VALUE|FILE" };
    private readonly Option<string?> _scale = new("--scale") { Description = "Factor of pixel values from 0 to 255. Default: 1/255.", HelpName = "S" };
    private readonly Option<string?> _mean = new("--mean") { Description = "Subtracted after scaling: one number, or one per channel. Default: 0.", HelpName = "M,.." };
    private readonly Option<string?> _std = new("--std") { Description = "Divided by after that: one number, or one per channel. Default: 1.", HelpName = "S,.." };

    private readonly ResizeOptions _resize = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _resize.AddTo(command);
        foreach (var option in (Option[])[_labels, _layout, _scale, _mean, _std]) command.Add(option);
        command.Add(_values);
    }

    /// <summary>Adds only what changes how the graph is read.</summary>
    public void AddLayoutTo(Command command)
    {
        command.Add(_layout);
        command.Add(_values);
    }

    /// <summary>Reads everything that is said of a model.</summary>
    /// <exception cref="SaliencyException">SAL2503: a value is none that the option can have. SAL2510, SAL2519: a file cannot be read.</exception>
    public ModelFacts Read(ParseResult arguments) =>
        new(Labels(arguments), Pictures(arguments), Layout(arguments)) { InputValues = Values(arguments) };

    /// <summary>Reads the values of inputs that take no image.</summary>
    /// <exception cref="SaliencyException">SAL2503: one is not of the form NAME=VALUE. SAL2510, SAL2519: a file cannot be read.</exception>
    public IReadOnlyDictionary<string, InputValue> Values(ParseResult arguments) => InputValues.Of(arguments.GetValue(_values) ?? []);

    /// <summary>Reads the layout; null where none is given.</summary>
    /// <exception cref="SaliencyException">SAL2503: there is no such layout.</exception>
    public ImageLayout? Layout(ParseResult arguments) => arguments.GetValue(_layout) is not { } text ? null
        : ImageLayouts.Parse(text) ?? throw new SaliencyException("SAL2503", $"--layout is '{text}'.", $"{Suggestion.For(text, ["nchw", "nhwc"])}It must be `nchw` or `nhwc`.");

    private static IReadOnlyList<string> NamesOf(string path)
    {
        string[] lines = [.. InputFile.Lines(path).Select(line => line.Trim())];
        // A line is a class, also one without a name; blank ones at the end are none.
        return [.. lines.Take(Array.FindLastIndex(lines, line => line.Length > 0) + 1)];
    }

    private IReadOnlyList<string> Labels(ParseResult arguments)
    {
        if (arguments.GetValue(_labels) is not { } path) return [];
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("labels", path);
        return NamesOf(path);
    }

    private PictureFacts Pictures(ParseResult arguments)
    {
        var preset = _resize.Preset(arguments);
        var known = preset.Numbers ?? Preprocessing.Default;
        var numbers = arguments.GetValue(_scale) is null && arguments.GetValue(_mean) is null && arguments.GetValue(_std) is null ? null
            : new Preprocessing(
            Numbers(_scale, arguments) is [var scale] ? scale : known.Scale,
            Numbers(_mean, arguments) ?? known.Mean,
            Numbers(_std, arguments, zeroAllowed: false) ?? known.Std);
        return new PictureFacts(numbers, _resize.Read(arguments, preset.Resize), _resize.BlueFirst(arguments)).Or(preset);
    }

    private static double[]? Numbers(Option<string?> option, ParseResult arguments, bool zeroAllowed = true)
    {
        if (arguments.GetValue(option) is not { } text) return null;
        var numbers = text.Split(',').Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && (zeroAllowed || number != 0)
                ? number
                : throw new SaliencyException("SAL2503", $"{option.Name} is '{text}'.", $"It must be numbers separated by commas{(zeroAllowed ? "" : ", none of them 0")}.")).ToArray();
        return option.Name != "--scale" || numbers.Length == 1 ? numbers : throw new SaliencyException("SAL2503", $"{option.Name} is '{text}'.", "It must be one number.");
    }
}
