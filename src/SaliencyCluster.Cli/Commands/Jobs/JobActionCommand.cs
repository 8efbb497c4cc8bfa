using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Client.Jobs;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary>A command that does one thing to one job and prints the job as it is then.</summary>
internal sealed class JobActionCommand : CliCommand
{
    private readonly Func<JobClient, string, CancellationToken, Task<Job>> _action;
    private readonly Argument<string> _id = new("ID") { Description = "The job." };
    private readonly EndpointOption _endpoint = new();

    public JobActionCommand(CliHost host, string name, string description, Func<JobClient, string, CancellationToken, Task<Job>> action) : base(name, description, host)
    {
        _action = action;
        Add(_id);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var job = await _action(client.Jobs, arguments.GetRequiredValue(_id), cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, JobText.Json(job));
        else host.Out.WriteLine(JobText.Summary(job));
        return ExitCode.Ok;
    }
}
