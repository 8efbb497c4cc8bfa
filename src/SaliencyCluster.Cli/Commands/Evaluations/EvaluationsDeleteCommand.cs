using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary><c>saliency evaluations delete ID</c>: forgets an evaluation that has ended, with its report.</summary>
internal sealed class EvaluationsDeleteCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The evaluation." };
    private readonly TenantOption _tenant = new();
    private readonly EndpointOption _endpoint = new();

    public EvaluationsDeleteCommand(CliHost host) : base("delete", "Forget an evaluation that has ended, with its report.", host)
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
        await client.Evaluations.DeleteAsync(id, arguments.GetRequiredValue(_tenant), cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, new { deleted = id });
        else host.Out.WriteLine($"The evaluation {id} and its report are deleted.");
        return ExitCode.Ok;
    }
}
