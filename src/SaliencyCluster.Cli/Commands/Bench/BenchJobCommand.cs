using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Client;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Bench;

/// <summary><c>saliency bench job</c>: SmoothGrad of made-up images through a gateway, from the first byte sent to the last map read.</summary>
internal sealed class BenchJobCommand : CliCommand
{
    private readonly Option<string> _model = new("--model") { Description = "Model of the cluster, or an ONNX file to upload first.", Required = true, HelpName = "NAME|FILE" };
    private readonly Option<int> _images = new("--images") { Description = "Images.", DefaultValueFactory = _ => 100, HelpName = "N" };
    private readonly Option<int> _samples = new("--samples") { Description = "Noise samples per image: points of SmoothGrad.", DefaultValueFactory = _ => 50, HelpName = "N" };
    private readonly EndpointOption _endpoint = new();

    public BenchJobCommand(CliHost host) : base("job", "Points per second and time per image of a whole job through a gateway.", host)
    {
        foreach (var option in (Option[])[_model, _images, _samples, _endpoint]) Add(option);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (images, samples) = (Positive("--images", arguments.GetValue(_images)), Positive("--samples", arguments.GetValue(_samples)));
        using var client = _endpoint.Connect(arguments, host.Clock);
        var model = await ModelUploader.FindOrAddAsync(client, arguments.GetRequiredValue(_model), ModelFacts.None, cancellation);
        var started = host.Clock.GetTimestamp();
        var options = new ExplanationOptions { Method = "smoothgrad", Samples = (uint)samples, Seed = 1 };
        var job = await client.Jobs.SubmitAsync($"{model.Name}:{model.Version}", options, BenchImages.Of(model, images).ToAsyncEnumerable(), cancellation: cancellation);
        var results = await ReadAsync(client, job, host, cancellation);
        var result = BenchJobResult.Of(model.Name, images, samples, results, host.Clock.GetElapsedTime(started).TotalSeconds);
        if (host.Json) JsonPrinter.Print(host.Out, result);
        else Print(host.Out, result);
        return ExitCode.Ok;
    }

    private static async Task<List<ImageResult>> ReadAsync(SaliencyClient client, Job job, CliHost host, CancellationToken cancellation)
    {
        var results = new List<ImageResult>();
        using var progress = new ProgressDisplay(host, job.Images, "images");
        await foreach (var image in client.Jobs.ReadResultsAsync(job.JobId, cancellation: cancellation))
        {
            if (image.Result.Failure is { } failure) throw new SaliencyException(failure.Code, failure.What, failure.Next);
            results.Add(image.Result);
            progress.Meter.Add(1);
        }
        return results;
    }

    private static int Positive(string option, int value) =>
        value >= 1 ? value : throw new SaliencyException("SAL2503", $"{option} is '{value}'.", "It must be at least 1.");

    private static void Print(TextWriter output, BenchJobResult r) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{r.Model}: {r.Images} images of {r.Samples} samples, {r.Points:N0} points in {r.Seconds:F1} s, {ProgressText.Rate(r.PointsPerSecond)} points/s; time per image median {r.LatencyP50Ms:F0} ms, 95% {r.LatencyP95Ms:F0} ms, 99% {r.LatencyP99Ms:F0} ms"));
}
