using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Commands.Evaluations;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Evaluations;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Bench;

/// <summary>
/// <c>saliency bench evaluation</c>: a full randomisation test of made-up images through a gateway, against one job of as many plain gradient
/// points on the same images. A test of one image goes first and is not measured.
/// </summary>
internal sealed class BenchEvaluationCommand : CliCommand
{
    private readonly Option<string> _model = new("--model") { Description = "Model of the cluster, or an ONNX file to upload first.", Required = true, HelpName = "NAME|FILE" };
    private readonly Option<int> _images = new("--images") { Description = "Images.", DefaultValueFactory = _ => 50, HelpName = "N" };
    private readonly EndpointOption _endpoint = new();

    public BenchEvaluationCommand(CliHost host) : base("evaluation", "Points per second of a full randomisation test, against as many plain gradient points as one job.", host)
    {
        foreach (var option in (Option[])[_model, _images, _endpoint]) Add(option);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var images = arguments.GetValue(_images) is >= 1 and var count ? count : throw new SaliencyException("SAL2503", $"--images is '{arguments.GetValue(_images)}'.", "It must be at least 1.");
        using var client = _endpoint.Connect(arguments, host.Clock);
        var model = await ModelUploader.FindOrAddAsync(client, arguments.GetRequiredValue(_model), ModelFacts.None, cancellation);
        // Both are measured on programs that are warm.
        await EvaluateAsync(client, model, images: 1, host, cancellation);
        var evaluating = host.Clock.GetTimestamp();
        var evaluation = await EvaluateAsync(client, model, images, host, cancellation);
        var evaluationSeconds = host.Clock.GetElapsedTime(evaluating).TotalSeconds;
        if (evaluation.State != EvaluationState.Done) return EvaluationText.Finish(host, evaluation);
        var samples = (uint)Math.Clamp((evaluation.PointsDone + images - 1) / images, 1, 100_000);
        var started = host.Clock.GetTimestamp();
        var job = await client.Jobs.SubmitAsync(
            LabelOf(model), new() { Method = "smoothgrad", Samples = samples, Seed = 1 }, BenchImages.Of(model, images).ToAsyncEnumerable(), cancellation: cancellation);
        await foreach (var state in client.Jobs.WatchAsync(job.JobId, cancellation)) job = state;
        var seconds = host.Clock.GetElapsedTime(started).TotalSeconds;
        var result = new BenchEvaluationResult(
            model.Name, images, evaluation.Batches, evaluation.PointsDone, evaluationSeconds, job.PointsDone, seconds);
        if (host.Json) JsonPrinter.Print(host.Out, result);
        else Print(host.Out, result);
        return ExitCode.Ok;
    }

    private static async Task<EvaluationMessage> EvaluateAsync(SaliencyClient client, Model model, int images, CliHost host, CancellationToken cancellation)
    {
        var options = new EvaluationOptions { Seeds = 1, MontageImages = 0, Randomization = new() };
        var inputs = BenchImages.Of(model, images).Select(i => new EvaluationImageInput(i));
        var submitted = await client.Evaluations.SubmitAsync(LabelOf(model), options, inputs.ToAsyncEnumerable(), cancellation: cancellation);
        return await EvaluationWatch.FollowAsync(client, submitted.EvaluationId, host, cancellation);
    }

    private static string LabelOf(Model model) => string.Create(CultureInfo.InvariantCulture, $"{model.Name}:{model.Version}");

    private static void Print(TextWriter output, BenchEvaluationResult r) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{r.Model}: randomisation test of {r.Images} images, {r.Batches} batches, {r.Points:N0} evaluations in {r.Seconds:F1} s, {ProgressText.Rate(r.PointsPerSecond)} a second, forward passes that decide the target among them; plain gradients {ProgressText.Rate(r.PlainPointsPerSecond)} a second; ratio {r.Ratio:F2}"));
}

/// <summary>What <c>saliency bench evaluation</c> measured.</summary>
/// <param name="Model">The model.</param>
/// <param name="Images">Images of both.</param>
/// <param name="Batches">Batches of the evaluation.</param>
/// <param name="Points">Evaluations of the network, gradients and the forward passes that decide the target.</param>
/// <param name="Seconds">From its submission to its report, on the clock of this process as <paramref name="PlainSeconds"/> is.</param>
/// <param name="PlainPoints">Points of the job.</param>
/// <param name="PlainSeconds">From its submission to its last map.</param>
internal sealed record BenchEvaluationResult(string Model, int Images, int Batches, long Points, double Seconds, long PlainPoints, double PlainSeconds)
{
    public double PointsPerSecond => Points / Seconds;

    public double PlainPointsPerSecond => PlainPoints / PlainSeconds;

    /// <summary>Gets the evaluation's rate relative to the job's.</summary>
    public double Ratio => PointsPerSecond / PlainPointsPerSecond;
}
