using System.CommandLine;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Cli.Cluster;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;

namespace SaliencyCluster.Cli.Commands.Serve;

/// <summary><c>saliency worker</c>: one more worker for a cluster of this host.</summary>
internal sealed class WorkerCommand : CliCommand
{
    private readonly Option<string?> _data = new("--data") { Description = "Folder of the cluster's database and blobs. Default: saliency-data.", HelpName = "DIR" };
    private readonly Option<int?> _lanes = new("--lanes") { Description = "Runs at the same time. Default: one per processor.", HelpName = "L" };
    private readonly Option<int?> _metricsPort = new("--metrics-port") { Description = "Port of metrics and health. Default: 0, any free one.", HelpName = "P" };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log what happens, not only what goes wrong." };
    private readonly Option<bool> _untilInputCloses = new("--until-input-closes") { Description = "Stop when the standard input is closed.", Hidden = true };

    public WorkerCommand(CliHost host) : base("worker", "Run one more worker for a cluster of this host.", host)
    {
        foreach (var option in (Option[])[_data, _lanes, _metricsPort, _verbose, _untilInputCloses]) Add(option);
    }

    /// <inheritdoc/>
    public override TimeSpan StopTime => ClusterProcess.StopsByItself;

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var settings = new ProcessSettings { Data = arguments.GetValue(_data), MetricsPort = arguments.GetValue(_metricsPort) ?? 0, Lanes = arguments.GetValue(_lanes) };
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var worker = await ClusterProcess.StartWorkerAsync(settings, arguments.GetValue(_verbose) ? LogLevel.Information : LogLevel.Warning, cancellation);
        if (!host.Json) host.Out.WriteLine($"The worker shares {worker.Data}; metrics at {worker.Metrics}metrics. Stop with Ctrl+C: it finishes what it holds.");
        if (arguments.GetValue(_untilInputCloses)) StopAtEndOfInput(stopping);
        await worker.RunAsync(stopping.Token);
        return ExitCode.Ok;
    }

    // On a thread of its own: a console is read synchronously whatever is called, and whoever waited for its end would hear no signal.
    private static void StopAtEndOfInput(CancellationTokenSource stopping) => new Thread(() =>
    {
        Console.OpenStandardInput().CopyTo(Stream.Null);
        try
        {
            stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has stopped meanwhile, for another reason.
        }
    })
    {
        IsBackground = true,
        Name = "end of input",
    }.Start();
}
