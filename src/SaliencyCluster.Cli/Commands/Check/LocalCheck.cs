using System.Text;
using SaliencyCluster.Cli.Commands.Evaluations;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Evaluation;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Imaging;
using SaliencyCluster.Reporting;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Evaluations;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary>Carries an evaluation out in this process and writes its report.</summary>
internal static class LocalCheck
{
    /// <summary>Computes, prints and writes everything.</summary>
    /// <param name="what">Model and images.</param>
    /// <param name="title">Title of the report, unless the user gave one.</param>
    /// <param name="ask">Adds the checks.</param>
    /// <param name="host">Where to print.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    public static async Task<int> RunAsync(
        CheckArguments what, string title, Func<EvaluationRequest, EvaluationRequest> ask, CliHost host, CancellationToken cancellation)
    {
        var folder = new ResultFolder(host, what.Out);
        folder.Create();
        var (model, facts) = Read(what.Model, what.Facts);
        var request = ask(what.Request(title, model.Name, model.Summary, model.Labels));
        var others = request.OtherModels.ToDictionary(path => path, path => Read(path, ModelFacts.None).Model);
        var files = new CheckImages(what, ModelInput.Of(model.Summary, facts.Preprocessing), model.Labels, request.Detection is not null);
        var images = files.Read();
        var plan = EvaluationPlans.Of(request, model.ForChecks(), path => others[path].ForChecks(), images, out var refused);
        if (!host.Json && files.Told is { } told) host.Error.WriteLine(told);
        if (!host.Json) foreach (var reason in refused) host.Error.WriteLine(reason);

        var started = host.Clock.GetTimestamp();
        await using var device = new Device(new DeviceOptions { Lanes = what.Lanes, CacheFolder = UserCache.Folder }, host.Clock, new WarningPrinter(host));
        var engine = new LocalEvaluationEngine(device, [model, .. others.Values], host.Clock);
        EvaluationResult result;
        using (var progress = new ProgressDisplay(host, 0, "batches"))
            result = await new EvaluationRunner(plan, engine, device.Lanes + 1).RunAsync(new MeterProgress(progress.Meter), cancellation);

        var json = JsonReport.Write(result);
        var footer = string.Join(" ", refused.Select(r => r + ".").Prepend($"{CommandText.Of(host)}."));
        folder.Write("report.html", Encoding.UTF8.GetBytes(HtmlReport.Write(result, footer)));
        folder.Write("measurements.csv", Encoding.UTF8.GetBytes(JsonReport.Csv(result)));
        folder.Write("report.json", Encoding.UTF8.GetBytes(json));
        CheckTables.Print(host, json, host.Clock.GetElapsedTime(started), what.Out);
        return ExitCode.Ok;
    }

    private static (LocalModel Model, ModelFacts Facts) Read(string path, ModelFacts given)
    {
        var (model, summary, facts) = ModelFile.ReadWithCard(path, given);
        return (new(Path.GetFileNameWithoutExtension(path), model, facts.Labels, facts.Layout) { Summary = summary }, facts);
    }

    /// <summary>Reports straight from the thread that finished a batch; <see cref="Progress{T}"/> would report later.</summary>
    private sealed class MeterProgress(ProgressMeter meter) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            meter.SetTotal(value.Total);
            meter.Add(1);
        }
    }
}
