using System.CommandLine;
using SaliencyCluster.Attribution.Evidence.Checks.OneMap;
using SaliencyCluster.Attribution.Evidence.Checks.Randomness;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Commands.Evidence;

/// <summary><c>saliency check data-randomization</c>: do maps differ from those of a model that was trained on shuffled labels?</summary>
internal sealed class DataRandomizationCommand : CliCommand
{
    private readonly EvidenceOptions _options = new();
    private readonly Option<string> _shuffled = new("--shuffled") { Description = "ONNX file of the same architecture, trained on shuffled labels.", Required = true, HelpName = "FILE" };

    public DataRandomizationCommand(CliHost host) : base("data-randomization", "Do maps differ from those of a model trained on shuffled labels? (Adebayo et al., 2018)", host)
    {
        _options.AddTo(this);
        Add(_shuffled);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var run = new EvidenceRun(_options.Read(arguments), host);
        var shuffled = run.Other(arguments.GetRequiredValue(_shuffled)).ForChecks();
        return run.RunAsync("Data randomisation", [new DataRandomizationCheck(shuffled), new MapPropertiesCheck()], smoothed: false, cancellation);
    }
}
