using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs watch ID</c>: follows a job to its end, through restarts of the gateway.</summary>
internal sealed class JobsWatchCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The job." };
    private readonly EndpointOption _endpoint = new();

    public JobsWatchCommand(CliHost host) : base("watch", "Follow a job to its end.", host)
    {
        Add(_id);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        Job? last = null;
        using (var progress = new ProgressDisplay(host, 0, "images"))
        {
            var waiting = "";
            await foreach (var job in client.Jobs.WatchAsync(arguments.GetRequiredValue(_id), cancellation))
            {
                progress.Meter.SetTotal(job.Images);
                progress.Meter.Add(job.ImagesDone + job.ImagesFailed - (last is null ? 0 : last.ImagesDone + last.ImagesFailed));
                if (job.WaitingFor != waiting) progress.Above(job.WaitingFor);
                (last, waiting) = (job, job.WaitingFor);
            }
        }
        if (host.Json) JsonPrinter.Print(host.Out, JobText.Json(last!));
        else host.Out.WriteLine(JobText.Summary(last!));
        return JobText.Exit(last!);
    }
}
