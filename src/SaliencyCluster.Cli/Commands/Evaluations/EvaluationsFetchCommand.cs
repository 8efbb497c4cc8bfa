using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Results;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary><c>saliency evaluations fetch ID --out DIR</c>: writes the report of an evaluation and prints its tables.</summary>
internal sealed class EvaluationsFetchCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The evaluation." };
    private readonly Option<string> _out = new("--out") { Description = "Folder for report.html, report.json and measurements.csv.", Required = true, HelpName = "DIR" };
    private readonly EndpointOption _endpoint = new();

    public EvaluationsFetchCommand(CliHost host) : base("fetch", "Write the report of an evaluation to a folder.", host)
    {
        Add(_id);
        Add(_out);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var path = arguments.GetRequiredValue(_out);
        using var client = _endpoint.Connect(arguments, host.Clock);
        var evaluation = await client.Evaluations.GetAsync(arguments.GetRequiredValue(_id), cancellation);
        var folder = new ResultFolder(host, path);
        folder.Create();
        return await EvaluationFiles.FetchAsync(client, evaluation, folder, path, host, cancellation);
    }
}
