using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Export;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Export;

/// <summary><c>saliency export</c>: an explanation as one ONNX file that any runtime executes.</summary>
internal sealed class ExportCommand : CliCommand
{
    private readonly Option<string> _model = new("--model") { Description = "ONNX file of the model.", Required = true, HelpName = "FILE" };
    private readonly Option<string> _out = new("--out") { Description = "ONNX file to write.", Required = true, HelpName = "FILE" };
    private readonly Option<string?> _license = new("--license")
    {
        Description = "Licence of the model, for the metadata: an SPDX name or a sentence. The file holds the model's weights.",
            HelpName = "TEXT",
    };

    private readonly RequestOptions _request = new();
    private readonly PreprocessingOptions _preprocessing = new();

    public ExportCommand(CliHost host) : base(
        "export", "Write an explanation (gradient, gradient-times-input, integrated-gradients, smoothgrad) as one ONNX file: image in, "
            + "map out.", host)
    {
        foreach (var option in (Option[])[_model, _out, _license]) Add(option);
        _request.AddTo(this);
        _preprocessing.AddTo(this);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (path, file) = (arguments.GetRequiredValue(_model), arguments.GetRequiredValue(_out));
        var (model, summary, facts) = ModelFile.ReadWithCard(path, _preprocessing.Read(arguments));
        var request = RequestResolver.Resolve(_request.Read(arguments), summary, facts.Labels);
        var input = ModelInput.Of(summary, facts.Preprocessing);
        var baselines = BaselineSpec.Files(request.Options.Baseline).Select(name => Baseline(name, input)).ToList();
        var export = ExplanationExport.Write(model, request, Shape(summary, facts), baselines, ProductVersion.Text, Metadata(arguments, facts));
        cancellation.ThrowIfCancellationRequested();
        host.WriteFile(file, export.Model.ToArray());
        Print(host, file, export, request, new FileInfo(path).Length);
        return Task.FromResult(ExitCode.Ok);
    }

    private Dictionary<string, string> Metadata(ParseResult arguments, ModelFacts facts)
    {
        var metadata = new Dictionary<string, string>();
        if (arguments.GetValue(_license) is { } license) metadata["license"] = license;
        if (facts.Preprocessing is { } how)
        {
            metadata["saliency.preprocessing"] = JsonSerializer.Serialize(new
            {
                scale = how.Scale, mean = how.Mean, std = how.Std, channelOrder = how.BlueFirst ? "bgr" : "rgb",
                resize = how.Resize.Mode.Name(), interpolation = how.Resize.Interpolation.Name(), shortSide = how.Resize.ShortSide,
                cropShare = how.Resize.CropShare, size = how.Resize.Size is var (height, width) ? (int[])[height, width] : null,
                fill = (int[])[how.Resize.Fill.Red, how.Resize.Fill.Green, how.Resize.Fill.Blue],
            });
        }
        return metadata;
    }

    private static int[] Shape(ModelSummary summary, ModelFacts facts)
    {
        if (summary.ImageShape.All(d => d > 0)) return [.. summary.ImageShape.Select(d => (int)d)];
        if (summary.ImageShape is [not < 0, var h, var w] && facts.Pictures.Resize?.Size is var (height, width) && Fits(h, height)
            && Fits(w, width))
            return [(int)summary.ImageShape[0], height, width];
        throw new SaliencyException(
            "SAL2060", $"The explanation cannot be exported: the model leaves the image's size free, "
                + $"[{ShapeText.Of(summary.ImageShape)}], and a graph has one size.",
            "Give `--size HxW`.");

        static bool Fits(long wanted, int given) => wanted < 0 || wanted == given;
    }

    private static Tensor Baseline(string path, ModelInput input) =>
        File.Exists(path) ? ImageFiles.One(path, input).Prepare() : throw InputErrors.NoSuchFile("baseline", path);

    private static void Print(CliHost host, string file, ExportedExplanation export, ResolvedRequest request, long modelBytes)
    {
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, new
            {
                Out = file, Bytes = export.Model.Length, ModelBytes = modelBytes, export.ImageShape, export.Points, export.MicroBatch,
                    export.Chunks,
                export.Nodes, export.Metadata,
            });
            return;
        }
        host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{file}: {export.Model.Length / 1e6:F1} MB (the model has {modelBytes / 1e6:F1}), {export.Nodes:N0} nodes, "
            + $"{export.Chunks} x {export.MicroBatch} points of {request.Options.Method}"));
        host.Out.WriteLine($"  in  image [{string.Join(',', export.ImageShape)}] float32, prepared as for the model; optional: the "
            + $"target, default {request.Options.Target}");
        host.Out.WriteLine($"  out map [{string.Join(',', export.ImageShape)}], score");
    }
}
