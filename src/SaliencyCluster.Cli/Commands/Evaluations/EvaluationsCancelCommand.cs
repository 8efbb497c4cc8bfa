using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary><c>saliency evaluations cancel ID</c>: stops an evaluation; there is no report then.</summary>
internal sealed class EvaluationsCancelCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The evaluation." };
    private readonly TenantOption _tenant = new();
    private readonly EndpointOption _endpoint = new();

    public EvaluationsCancelCommand(CliHost host) : base("cancel", "Stop an evaluation; there is no report then.", host)
    {
        Add(_id);
        Add(_tenant);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        EvaluationText.Finish(host, await client.Evaluations.CancelAsync(
            arguments.GetRequiredValue(_id), arguments.GetRequiredValue(_tenant), cancellation));
        return ExitCode.Ok;
    }
}
