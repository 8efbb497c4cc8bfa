using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs list</c>: newest first.</summary>
internal sealed class JobsListCommand : CliCommand
{
    private readonly Option<int> _limit = new("--limit") { Description = "Most jobs to list.", DefaultValueFactory = _ => 50, HelpName = "N" };
    private readonly EndpointOption _endpoint = new();

    public JobsListCommand(CliHost host) : base("list", "List jobs, newest first.", host)
    {
        Add(_limit);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var jobs = await client.Jobs.ListAsync(cancellation).Take(arguments.GetValue(_limit)).ToListAsync(cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, jobs.Select(JobText.Json));
        else if (jobs.Count == 0) host.Out.WriteLine("No jobs yet. Submit one: saliency jobs submit --help");
        else TablePrinter.Print(host, ["job", "state", "method", "model", "images", "created"], jobs.Select(j => new[]
        {
            j.JobId, JobText.State(j), j.Options.Method, j.Model, JobText.Images(j), j.CreatedAt.ToDateTimeOffset().ToString("u"),
        }));
        return ExitCode.Ok;
    }
}
