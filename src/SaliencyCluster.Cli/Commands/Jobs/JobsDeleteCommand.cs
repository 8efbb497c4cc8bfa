using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs delete ID</c>: forgets a job that has ended, with its maps.</summary>
internal sealed class JobsDeleteCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The job." };
    private readonly TenantOption _tenant = new();
    private readonly EndpointOption _endpoint = new();

    public JobsDeleteCommand(CliHost host) : base("delete", "Forget a job that has ended, with its maps.", host)
    {
        Add(_id);
        Add(_tenant);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var id = arguments.GetRequiredValue(_id);
        await client.Jobs.DeleteAsync(id, arguments.GetRequiredValue(_tenant), cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, new { deleted = id });
        else host.Out.WriteLine($"The job {id} and its maps are deleted.");
        return ExitCode.Ok;
    }
}
