using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary><c>saliency check data-randomization</c>: do maps differ from those of a model that was trained on shuffled labels?</summary>
internal sealed class DataRandomizationCommand : CliCommand
{
    private readonly CheckOptions _options = new();
    private readonly Option<string> _shuffled = new("--shuffled") { Description = "Model of the same architecture, trained on shuffled labels.", Required = true, HelpName = "NAME|FILE" };

    public DataRandomizationCommand(CliHost host) : base("data-randomization", "Do maps differ from those of a model trained on shuffled labels? (Adebayo et al., 2018)", host)
    {
        _options.AddTo(this);
        Add(_shuffled);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation) =>
        _options.RunAsync(arguments, "Data randomisation", r => r with { ShuffledLabels = arguments.GetRequiredValue(_shuffled) }, host, cancellation);
}
