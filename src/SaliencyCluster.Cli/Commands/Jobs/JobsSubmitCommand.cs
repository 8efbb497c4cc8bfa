using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Commands.Explain;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Client.Images;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs submit</c>: sends images and prints the job's id; the cluster goes on by itself.</summary>
internal sealed class JobsSubmitCommand : CliCommand
{
    private readonly Option<string[]> _model = new("--model") { Description = "Model of the cluster, or an ONNX file to upload first. May be given several times: a job for each.", Required = true, HelpName = "NAME|FILE" };
    private readonly Option<string[]> _input = new("--input")
    {
        Description = "Images (PNG, JPEG, WebP, GIF, BMP, TIFF, or .npy as for explain), or folders of them.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE|DIR",
    };

    private readonly Option<string?> _id = new("--id") { Description = "Your own id: submitting again with the same id is harmless.", HelpName = "ID" };
    private readonly PoolOption _pool = new();
    private readonly RequestOptions _request = new();
    private readonly PreprocessingOptions _preprocessing = new();
    private readonly EndpointOption _endpoint = new();

    public JobsSubmitCommand(CliHost host) : base("submit", "Submit a job of many images.", host)
    {
        foreach (var option in (Option[])[_model, _input, _id, _pool, _endpoint]) Add(option);
        _request.AddTo(this);
        _preprocessing.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (requests, facts) = (_request.ReadAll(arguments), _preprocessing.Read(arguments));
        using var client = _endpoint.Connect(arguments, host.Clock);
        var models = new List<string>();
        var inputs = new List<ModelInput>();
        foreach (var name in arguments.GetRequiredValue(_model))
        {
            var model = await ModelUploader.FindOrAddAsync(client, name, facts, cancellation);
            models.Add($"{model.Name}:{model.Version}");
            inputs.Add(ModelInput.Of(model, facts.Pictures));
        }
        var report = new ExplainReport(host);
        var files = new ImageFiles(inputs[0]);
        var images = ClusterImages.Readable(files.List(arguments.GetRequiredValue(_input)), inputs, requests, report);
        report.Note(files.LeftOut);
        if (images.Count == 0) return report.Finish("");
        using var progress = new ProgressDisplay(host, images.Count, "images sent");
        var job = await client.Jobs.SubmitAsync(
            WireRequest.Header(models, requests, arguments.GetValue(_id), arguments.GetRequiredValue(_pool)), Counted(images, progress.Meter).ToAsyncEnumerable(), cancellation);
        progress.Above(() =>
        {
            if (host.Json) JsonPrinter.Print(host.Out, JobText.Json(job));
            else host.Out.WriteLine($"{string.Join('\n', job.Companions.Prepend(job.JobId))}\n{job.Images} images are stored. Follow them: saliency jobs watch {job.JobId}");
        });
        return report.ExitCode;
    }

    private static IEnumerable<ImageInput> Counted(IEnumerable<InputImage> images, ProgressMeter meter)
    {
        foreach (var image in images)
        {
            yield return image.ForGateway();
            meter.Add(1);
        }
    }
}
