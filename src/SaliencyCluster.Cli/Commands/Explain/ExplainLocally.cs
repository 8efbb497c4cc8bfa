using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Images;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Local;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary><c>saliency explain --local</c>: the same engine as a worker's, without a cluster.</summary>
internal static class ExplainLocally
{
    /// <summary>Explains; an image that fails is reported and the others go on.</summary>
    public static async Task<int> RunAsync(ExplainArguments what, int? lanes, CliHost host, CancellationToken cancellation)
    {
        var model = ModelFile.Read(what.Model);
        var card = ModelCard.Beside(what.Model);
        var request = RequestResolver.Resolve(what.Request, ModelSummary.Of(model), what.Labels.Count > 0 ? what.Labels : card.Labels ?? []);
        var preprocessing = what.Preprocessing ?? card.Preprocessing ?? Preprocessing.Default;
        var inputs = new ImageFiles(request.Model.ImageShape.Count).List(what.Inputs);
        var images = inputs.Select((input, index) => new LocalImage(input.Name, (uint)index, () => input.Prepare(preprocessing, request.Model.ImageShape))).ToList();
        var baselines = BaselineSpec.Files(request.Asked.Baseline).Select(path => Baseline(path, preprocessing, request.Model.ImageShape)).ToList();
        var folder = new ResultFolder(host, what.Out);
        folder.Create();
        await using var device = new Device(new DeviceOptions { Lanes = lanes }, host.Clock, NullLogger.Instance);
        var explainer = new LocalExplainer(device, model, request, baselines, host.Clock);
        var report = new ExplainReport(host);
        using (var progress = new ProgressDisplay(host, (long)images.Count * request.PlannedPoints, "points"))
        {
            await foreach (var result in explainer.ExplainAsync(images, progress.Meter.Add, cancellation))
            {
                if (result.Explanation is null) report.Failed(result.Image.Name, result.Failure!, progress);
                else report.Done(Write(folder, what, request, result, inputs[(int)result.Image.Index]), progress);
            }
        }
        return report.Finish(what.Out);
    }

    private static (ImageResult Result, string Folder) Write(
        ResultFolder folder, ExplainArguments what, ResolvedRequest request, LocalResult local, InputImage input)
    {
        var explanation = local.Explanation!;
        var estimate = explanation.Estimate;
        var result = new ImageResult
        {
            Image = local.Image.Name,
            Method = request.Asked.Method,
            Parameters = explanation.Parameters,
            Model = Path.GetFileNameWithoutExtension(what.Model),
            ModelHash = request.Model.Hash,
            Target = explanation.Target,
            Label = explanation.Label,
            Score = explanation.Score,
            BaselineScore = explanation.BaselineScore,
            Points = explanation.Points,
            ConvergenceDelta = estimate.ConvergenceDelta,
            StandardError = estimate.StandardError,
            ErrorEstimate = estimate.ErrorEstimate,
            Seconds = local.Elapsed.TotalSeconds,
            Workers = 1,
        };
        var files = new List<(string, byte[])> { (".npy", NpyFile.Write(estimate.Map)) };
        if (MapPicture.Png(estimate.Map, input.Backdrop(), request.Asked.Method) is { } picture) files.Add((".png", picture));
        if (estimate.StandardErrorMap is { } errors) files.Add((".standard-error.npy", NpyFile.Write(errors)));
        return (result, folder.Write(result, files));
    }

    private static Tensor Baseline(string path, Preprocessing preprocessing, IReadOnlyList<long> shape) =>
        File.Exists(path) ? InputImage.File(path).Prepare(preprocessing, shape) : throw InputErrors.NoSuchFile("baseline", path);
}
