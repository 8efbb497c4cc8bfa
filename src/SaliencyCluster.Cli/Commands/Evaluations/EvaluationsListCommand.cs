using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary><c>saliency evaluations list</c>: newest first.</summary>
internal sealed class EvaluationsListCommand : CliCommand
{
    private readonly Option<int> _limit = new("--limit") { Description = "Most evaluations to list.", DefaultValueFactory = _ => 50, HelpName = "N" };
    private readonly TenantOption _tenant = new();
    private readonly EndpointOption _endpoint = new();

    public EvaluationsListCommand(CliHost host) : base("list", "List evaluations, newest first.", host)
    {
        Add(_limit);
        Add(_tenant);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var all = await client.Evaluations.ListAsync(arguments.GetRequiredValue(_tenant),
            cancellation).Take(arguments.GetValue(_limit)).ToListAsync(cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, all.Select(EvaluationText.Json));
        else if (all.Count == 0) host.Out.WriteLine("No evaluations yet. Submit one: saliency check randomization --help");
        else TablePrinter.Print(host, ["evaluation", "state", "model", "images", "batches", "title", "created"], all.Select(e => new[]
        {
            e.EvaluationId, EvaluationText.State(e), e.Model, $"{e.Images}", EvaluationText.Batches(e), e.Title, e.CreatedAt.ToDateTimeOffset().ToString("u"),
        }));
        return ExitCode.Ok;
    }
}
