using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Local;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary><c>saliency explain --local</c>: the same engine as a worker's, without a cluster.</summary>
internal static class ExplainLocally
{
    /// <summary>Explains; an image that fails is reported and the others go on.</summary>
    public static async Task<int> RunAsync(
        ExplainArguments what, DeviceOptions options, Precision precision, CliHost host, CancellationToken cancellation)
    {
        // Loading the native library takes as long as reading a model: one core each.
        OnnxRuntimeEngine.Preload();
        // Everything is checked before anything is computed.
        var plans = what.Models.Select(path => LocalPlan.Of(path, what)).ToList();
        await using var device = new Device(
            options with { CacheFolder = UserCache.Folder }, host.Clock, new WarningPrinter(host), precision: precision);
        var report = new ExplainReport(host, what.Requests.Count > 1);
        foreach (var plan in plans)
        {
            report.Note(plan.LeftOut);
            var folder = new ResultFolder(host, what.FolderOf(plan.Path));
            folder.Create();
            var explainer = new LocalExplainer(device, plan.Model, plan.Requests, plan.Baselines, host.Clock);
            using var progress = new ProgressDisplay(host, (long)plan.Images.Count * explainer.PlannedPoints, "points");
            await foreach (var result in explainer.ExplainAsync(plan.Images, step => Add(progress.Meter, step), cancellation))
            {
                report.Evaluated(result.Points);
                if (result.Explanation is null) report.Failed(result.Image.Name, result.Failure!, progress);
                else Write(new(folder, what.Style, plan.Requests.Count), plan, result, report, progress,
                    PrecisionOption.NameOf(precision, explainer.HasComputedInBf16));
            }
        }
        return report.Finish(what.Out);
    }

    private static void Add(ProgressMeter meter, LocalPoints step)
    {
        meter.AddTotal(step.Planned);
        meter.Add(step.Done);
    }

    private static void Write(
        ImageFolder folder, LocalPlan plan, LocalResult local, ExplainReport report, ProgressDisplay progress,
        string? precision)
    {
        foreach (var (request, explanation) in plan.Requests.Zip(local.Compared))
        {
            var result = Describe(plan, request, explanation, local) with { Precision = precision };
            report.Done(folder.Write(result, explanation.Estimate.Map, explanation.Estimate.StandardErrorMap, explanation.MapLayout, plan.Inputs[(int)local.Image.Index]), progress);
        }
    }

    private static ResultDocument Describe(LocalPlan plan, ResolvedRequest request, Explanation explanation, LocalResult local) => new()
    {
        Image = local.Image.Name,
        Method = request.Options.Method,
        Parameters = explanation.Parameters,
        Model = Path.GetFileNameWithoutExtension(plan.Path),
        ModelHash = request.Model.Hash,
        Target = explanation.Target,
        Label = explanation.Label,
        Score = explanation.Score,
        BaselineScore = explanation.BaselineScore,
        Points = explanation.Points,
        ConvergenceDelta = explanation.Estimate.ConvergenceDelta,
        StandardError = explanation.Estimate.StandardError,
        ErrorEstimate = explanation.Estimate.ErrorEstimate,
        Seconds = local.Elapsed.TotalSeconds,
        Workers = 1,
        Layout = request.Model.Layout.Name(),
        Explained = explanation.Explained,
        Detection = explanation.Detection,
        Notes = explanation.Notes.Count == 0 ? null : explanation.Notes,
    };
}
