using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Cli.Cluster;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Demo;
using SaliencyCluster.Cli.Demo.Report;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Client;

namespace SaliencyCluster.Cli.Commands.Demo;

/// <summary><c>saliency demo</c>: a cluster in this process, two models, eight pictures, and a page that shows where the models look.</summary>
internal sealed class DemoCommand : CliCommand
{
    private readonly Option<string> _out = new("--out") { Description = "Folder for maps and report.", DefaultValueFactory = _ => "saliency-demo", HelpName = "DIR" };
    private readonly Option<bool> _keepRunning = new("--keep-running") { Description = "Leave the cluster running afterwards, until Ctrl+C." };

    public DemoCommand(CliHost host) : base("demo", "See it work: a cluster in this process explains two models that name animals.", host)
    {
        Add(_out);
        Add(_keepRunning);
    }

    /// <inheritdoc/>
    public override TimeSpan StopTime => ClusterProcess.StopsByItself;

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var folder = Path.GetFullPath(arguments.GetRequiredValue(_out));
        var settings = new ProcessSettings { Data = Path.Combine(folder, "cluster"), GrpcPort = 0, HttpPort = 0, MetricsPort = 0 };
        await using var cluster = await ClusterProcess.StartGatewayAsync(settings, withWorker: true, LogLevel.Error, cancellation);
        var addresses = cluster.Addresses!;
        var report = new DemoPrinter(host, folder, addresses);
        report.Started();
        using var client = new SaliencyClient(addresses.Grpc, new SaliencyClientOptions { Clock = host.Clock });
        var run = new DemoRun(client, host, folder);
        await run.UploadAsync(cancellation);
        report.Uploaded();
        var started = host.Clock.GetTimestamp();
        var images = await run.ExplainAllAsync(cancellation);
        var seconds = host.Clock.GetElapsedTime(started).TotalSeconds;
        var (points, maps) = (run.Points, run.Maps);
        report.Explained(images, points, maps, seconds);
        var others = await run.ExplainWithOthersAsync(Headline.TellingName(images), cancellation);
        var status = await client.GetClusterAsync(cancellation);
        IReadOnlyList<(string, string)> facts =
        [
            ("maps", string.Create(CultureInfo.InvariantCulture, $"{maps} of {points / maps} points each")),
            ("rate", $"{ProgressText.Rate(points / seconds)} points per second"),
            ("time", ProgressText.Time(TimeSpan.FromSeconds(seconds))),
            ("devices", string.Join(", ", status.Devices.Select(d => $"{d.Name} of {d.Worker}"))),
            ("processors", $"{Environment.ProcessorCount}"),
            ("version", status.Version),
        ];
        var findings = new DemoFindings(DemoSamples.Models, images, others, facts, "Integrated gradients of the answer's logit, 64 midpoints from mid-grey to the picture.");
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), DemoReport.Html(findings), cancellation);
        report.Finished(findings, points, maps, seconds);
        if (!arguments.GetValue(_keepRunning)) return ExitCode.Ok;
        report.KeepsRunning();
        await cluster.RunAsync(cancellation);
        return ExitCode.Ok;
    }
}
