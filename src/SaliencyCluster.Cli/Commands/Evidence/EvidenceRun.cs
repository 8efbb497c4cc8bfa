using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Attribution.Evidence.Checks;
using SaliencyCluster.Attribution.Evidence.Report;
using SaliencyCluster.Attribution.Images;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Evidence;

namespace SaliencyCluster.Cli.Commands.Evidence;

/// <summary>Carries an evaluation out in this process and writes its report.</summary>
internal sealed class EvidenceRun(EvidenceArguments what, CliHost host)
{
    private readonly LocalModel _model = Read(what.Model, what.Labels);
    private readonly List<LocalModel> _others = [];

    /// <summary>Reads a further model that a check compares with.</summary>
    public LocalModel Other(string path)
    {
        var other = Read(path, []);
        _others.Add(other);
        return other;
    }

    /// <summary>Computes, prints and writes everything.</summary>
    /// <param name="title">Title of the report, unless the user gave one.</param>
    /// <param name="checks">What is asked.</param>
    /// <param name="smoothed">Whether the smoothed variant of every method is tested too.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    public async Task<int> RunAsync(string title, IReadOnlyList<IEvidenceCheck> checks, bool smoothed, CancellationToken cancellation)
    {
        var folder = new ResultFolder(host, what.Out);
        folder.Create();
        var model = _model.ForChecks();
        var preprocessing = what.Preprocessing ?? ModelCard.Beside(what.Model).Preprocessing ?? Preprocessing.Default;
        var methods = PaperMethods.For(what.Methods, model, out var refused);
        if (!host.Json) foreach (var reason in refused) host.Error.WriteLine(reason);
        var plan = new EvaluationPlan
        {
            Title = what.Title ?? $"{title}: {model.Name}",
            Model = model,
            Methods = smoothed ? [.. methods, .. methods.Where(m => m.Control is null).Select(m => m.WithNoise())] : methods,
            Images = new EvidenceImages(what, preprocessing, model.Summary.ImageShape).Read(),
            Checks = checks,
            Seeds = [.. Enumerable.Range(0, what.Seeds).Select(i => (ulong)i)],
        };
        var started = host.Clock.GetTimestamp();
        await using var device = new Device(new DeviceOptions { Lanes = what.Lanes }, host.Clock, NullLogger.Instance);
        var engine = new LocalEvidenceEngine(device, [_model, .. _others], host.Clock);
        EvaluationResult result;
        using (var progress = new ProgressDisplay(host, 0, "batches"))
            result = await new Evaluation(plan, engine, device.Lanes + 1).RunAsync(new MeterProgress(progress.Meter), cancellation);
        Write(folder, result, refused);
        Print(result, host.Clock.GetElapsedTime(started));
        return ExitCode.Ok;
    }

    private static LocalModel Read(string path, IReadOnlyList<string> labels) =>
        new(Path.GetFileNameWithoutExtension(path), ModelFile.Read(path), labels.Count > 0 ? labels : ModelCard.Beside(path).Labels ?? []);

    private void Write(ResultFolder folder, EvaluationResult result, IReadOnlyList<string> refused)
    {
        var footer = string.Join(" ", new[] { $"saliency {string.Join(' ', host.Arguments)}." }.Concat(refused.Select(r => r + ".")));
        folder.Write("report.html", Encoding.UTF8.GetBytes(HtmlReport.Write(result, footer)));
        folder.Write("measurements.csv", Encoding.UTF8.GetBytes(JsonReport.Csv(result)));
        folder.Write("report.json", Encoding.UTF8.GetBytes(JsonReport.Write(result)));
    }

    private void Print(EvaluationResult result, TimeSpan elapsed)
    {
        if (host.Json)
        {
            host.Out.WriteLine(JsonReport.Write(result));
            return;
        }
        foreach (var table in TextTable.Of(result))
        {
            host.Out.WriteLine(table.Title);
            TablePrinter.Print(host, table.Headings, table.Rows);
            host.Out.WriteLine();
        }
        host.Out.WriteLine(FormattableString.Invariant(
            $"{result.Facts.Maps:N0} maps of {result.Facts.Models} model states, {result.Facts.Points + result.Facts.ForwardPoints:N0} points in {ProgressText.Time(elapsed)}"));
        foreach (var failure in result.Facts.Failures) host.Out.WriteLine($"not explained: {failure}");
        host.Out.WriteLine($"{Path.Combine(what.Out, "report.html")}");
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
