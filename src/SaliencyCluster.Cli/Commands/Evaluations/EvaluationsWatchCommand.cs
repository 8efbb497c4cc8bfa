using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary><c>saliency evaluations watch ID</c>: follows an evaluation to its end, through restarts of the gateway.</summary>
internal sealed class EvaluationsWatchCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The evaluation." };
    private readonly EndpointOption _endpoint = new();

    public EvaluationsWatchCommand(CliHost host) : base("watch", "Follow an evaluation to its end.", host)
    {
        Add(_id);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        return EvaluationText.Finish(host, await EvaluationWatch.FollowAsync(client, arguments.GetRequiredValue(_id), host, cancellation));
    }
}
