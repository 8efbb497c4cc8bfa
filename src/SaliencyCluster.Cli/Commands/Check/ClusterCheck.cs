using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Evaluation;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.Commands.Evaluations;
using SaliencyCluster.Cli.Commands.Models;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Evaluations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Imaging;
using SaliencyCluster.Protocol.V1;
using Evaluation = SaliencyCluster.Protocol.V1.Evaluation;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary>Submits an evaluation to a cluster, follows it, and fetches its report.</summary>
internal static class ClusterCheck
{
    /// <summary>Computes on the cluster, prints and writes everything.</summary>
    /// <param name="what">Model and images.</param>
    /// <param name="title">Title of the report, unless the user gave one.</param>
    /// <param name="ask">Adds the checks.</param>
    /// <param name="client">The cluster.</param>
    /// <param name="detach">Whether to end when it is submitted.</param>
    /// <param name="host">Where to print.</param>
    /// <param name="cancellation">Ends the waiting; the evaluation goes on.</param>
    public static async Task<int> RunAsync(
        CheckArguments what, string title, Func<EvaluationRequest, EvaluationRequest> ask, SaliencyClient client, bool detach, CliHost host, CancellationToken cancellation)
    {
        var folder = new ResultFolder(host, what.Out);
        if (!detach) folder.Create();
        var model = await ModelUploader.FindOrAddAsync(client, what.Model, what.Facts, cancellation);
        var request = ask(what.Request(title, model.Name, DetectorText.SummaryOf(model), model.Labels));
        EvaluationRequestCheck.Check(request);
        var others = new Dictionary<string, string>();
        foreach (var other in request.OtherModels) others[other] = LabelOf(await ModelUploader.FindOrAddAsync(client, other, ModelFacts.None, cancellation));
        var input = ModelInput.Of(model, what.Facts.Pictures);
        var files = new CheckImages(what, input, model.Labels, request.Detection is not null);
        var images = files.Read();
        if (!host.Json && files.Told is { } told) host.Error.WriteLine(told);
        var submitted = await SubmitAsync(client, LabelOf(model), WireEvaluation.Of(request, name => others[name]), images, input.Layout, what.Id, host, cancellation);
        if (detach)
        {
            EvaluationText.Print(host, submitted, $"{submitted.EvaluationId}\n{images.Count} images are stored. Follow it: saliency evaluations watch {submitted.EvaluationId}");
            return Errors.ExitCode.Ok;
        }
        if (!host.Json) host.Error.WriteLine($"{submitted.EvaluationId} goes on by itself: saliency evaluations watch|cancel|fetch {submitted.EvaluationId}");
        var ended = await EvaluationWatch.FollowAsync(client, submitted.EvaluationId, host, cancellation);
        return ended.State == EvaluationState.Done
            ? await EvaluationFiles.FetchAsync(client, ended, folder, what.Out, host, cancellation)
            : EvaluationText.Finish(host, ended);
    }

    private static async Task<EvaluationMessage> SubmitAsync(
        SaliencyClient client, string model, EvaluationOptions options, IReadOnlyList<EvaluatedImage> images, ImageLayout layout, string? id, CliHost host, CancellationToken cancellation)
    {
        using var progress = new ProgressDisplay(host, images.Count, "images sent");
        return await client.Evaluations.SubmitAsync(model, options, Counted(images, layout, progress.Meter).ToAsyncEnumerable(), id, cancellation);
    }

    private static IEnumerable<EvaluationImageInput> Counted(IEnumerable<EvaluatedImage> images, ImageLayout layout, ProgressMeter meter)
    {
        foreach (var image in images)
        {
            var own = image.Pixels.ToOwn(layout);
            var input = ImageInput.FromTensor(image.Name, [.. own.Shape.Select(d => (long)d)], own.Data);
            yield return new(input, image.Mask is { } mask ? Array.ConvertAll(mask.Inside, inside => inside ? (byte)1 : (byte)0) : default(ReadOnlyMemory<byte>), image.Group) { Box = image.Box };
            meter.Add(1);
        }
    }

    private static string LabelOf(Model model) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{model.Name}:{model.Version}");
}
