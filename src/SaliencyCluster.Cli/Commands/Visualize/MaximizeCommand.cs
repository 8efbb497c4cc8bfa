using System.CommandLine;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Ascents;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary><c>saliency visualize maximize</c>: images that units answer to as much as they can.</summary>
internal sealed class MaximizeCommand : CliCommand
{
    private readonly Option<string[]> _unit = new("--unit")
    {
        Description = "What is looked at: a class (label or index), or a tensor of the model with a channel or an element: "
            + "TENSOR@CHANNEL, TENSOR@CHANNEL,ROW,COLUMN. May be given several times.",
        Required = true, HelpName = "UNIT",
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Image that the ascent starts from; what changes is what the unit would like to see in it. Default: mid-grey.",
            HelpName = "FILE",
    };

    private readonly Option<string[]> _spectrum = new("--spectrum")
    {
        Description = "With --basis maco: images whose mean magnitudes the drawn ones keep. Default: those of --from, or magnitudes that "
            + "fall as 1/frequency.",
        AllowMultipleArgumentsPerToken = true, HelpName = "FILE|DIR",
    };

    private readonly AscentOptions _options = new();

    public MaximizeCommand(CliHost host) : base(
        "maximize", """
            Draw images that a class, channel or unit answers to as much as it can, by gradient ascent.

            Examples:
              saliency visualize maximize samples/models/mnist-cnn.onnx --unit 3 --restarts 4 --out three --local
              saliency visualize maximize bears-clean --unit "polar bear" --unit fox --steps 400 --copies 4 --out classes
              saliency visualize maximize model.onnx --unit relu3@12 --unit relu3@12,4,4 --basis pixel --tv 5 --out units --local
              saliency visualize maximize bears-clean --unit fox --basis maco --spectrum photographs --restarts 4 --out fox
            """, host)
    {
        Add(_unit);
        Add(_from);
        Add(_spectrum);
        _options.AddTo(this, copies: true);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation) =>
        Studio.RunAsync(arguments, _options, host, (model, input) =>
        {
            var request = _options.Request(arguments, "maximize", input);
            var (start, spectrum) = Start(arguments, host, input, AscentSpec.Read(request.Ascent, new(), out _));
            return
            [
                .. arguments.GetRequiredValue(_unit).Select(unit =>
                    new DrawingTask(unit, UnitName.Of(unit, model, request), start) { Spectrum = spectrum }),
            ];
        }, cancellation);

    // The image that the ascent starts from, and in words where its magnitudes are from where they stay.
    private (Tensor Image, string? Spectrum) Start(ParseResult arguments, CliHost host, ModelInput input, AscentSpec spec)
    {
        var (from, images, stays) = (arguments.GetValue(_from), arguments.GetValue(_spectrum) ?? [], spec.Basis == AscentBasis.Maco);
        if (images.Length > 0 && !stays)
            throw new SaliencyException("SAL2503", "--spectrum is given, and the magnitudes of a spectrum stay with --basis maco only.",
                "Add --basis maco, or leave --spectrum out.");
        if (images.Length > 0 && from is not null)
            throw new SaliencyException("SAL2503", "--spectrum and --from both say which magnitudes stay.", "Give one of them.");
        if (images.Length > 0) return MeanOf(images, input, spec);
        if (from is not null) return (Picture(from, input), stays ? $"of {Path.GetFileName(from)}" : null);
        if (stays && !host.Json)
            host.Error.WriteLine("note: magnitudes fall as 1/frequency, as those of photographs do in the mean; --spectrum takes those of "
                + "your own images.");
        return (Grey(input), stays ? "1/frequency" : null);
    }

    private static (Tensor Image, string Spectrum) MeanOf(string[] paths, ModelInput input, AscentSpec spec)
    {
        var mean = new MeanSpectrum(spec);
        int[]? first = null;
        foreach (var file in new ImageFiles(input).List(paths))
        {
            var image = file.Prepare();
            if (image.Shape.Length != 3 || !image.Shape.SequenceEqual(first ??= image.Shape))
                throw new SaliencyException("SAL2503", $"--spectrum: '{file.Name}' becomes [{string.Join(',', image.Shape)}], the first "
                    + $"image [{string.Join(',', first!)}].", "Give --size HxW, or images of one size.");
            mean.Add(image);
        }
        return (mean.ToImage(), $"the mean of {mean.Images} image{(mean.Images == 1 ? "" : "s")}");
    }

    private static Tensor Picture(string path, ModelInput input) =>
        File.Exists(path) ? ImageFiles.One(path, input).Prepare() : throw InputErrors.NoSuchFile("start", path);

    private static Tensor Grey(ModelInput input)
    {
        var size = input.Preprocessing.Resize.Size;
        if (input.Shape is [_, < 0, _] or [_, _, < 0] && size is null)
            throw new SaliencyException("SAL2503", $"--size is not given, and the model leaves the image's size free: "
                + $"[{string.Join(',', input.Shape)}].", "Give --size HxW, or --from FILE.");
        int[] shape = [.. input.Shape.Select((d, i) => d > 0 ? (int)d : i == 0 ? AscentOptions.Channels(input) : i == 1
            ? size!.Value.Height : size!.Value.Width)];
        var ranges = input.Preprocessing.Range(AscentOptions.Channels(input));
        var grey = Tensor.Zeros(shape);
        var plane = grey.Data.Length / ranges.Count;
        for (var i = 0; i < grey.Data.Length; i++) grey.Data[i] = (float)((ranges[i / plane].Low + ranges[i / plane].High) / 2);
        return grey;
    }
}
