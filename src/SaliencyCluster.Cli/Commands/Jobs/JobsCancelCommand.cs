using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs cancel ID</c>: stops a job, for administrators one of any tenant.</summary>
internal sealed class JobsCancelCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The job." };
    private readonly TenantOption _tenant = new();
    private readonly EndpointOption _endpoint = new();

    public JobsCancelCommand(CliHost host) : base("cancel", "Stop a job; maps that are finished can still be fetched.", host)
    {
        Add(_id);
        Add(_tenant);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var job = await client.Jobs.CancelAsync(arguments.GetRequiredValue(_id), arguments.GetRequiredValue(_tenant), cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, JobText.Json(job));
        else host.Out.WriteLine(JobText.Summary(job));
        return ExitCode.Ok;
    }
}
