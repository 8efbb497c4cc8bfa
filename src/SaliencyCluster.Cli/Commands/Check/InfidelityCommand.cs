using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Evaluation.Checks.Perturbed;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary><c>saliency evaluate infidelity</c>: how badly maps predict the effect of removed squares.</summary>
internal sealed class InfidelityCommand : CliCommand
{
    private readonly CheckOptions _options = new();
    private readonly Option<int> _samples = new("--perturbations") { Description = "Removed squares per image.", DefaultValueFactory = _ => 50, HelpName = "N" };

    public InfidelityCommand(CliHost host) : base("infidelity", "How well do maps predict what happens when a square of the image vanishes? (Yeh et al., 2019)", host)
    {
        _options.AddTo(this);
        Add(_samples);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation) => _options.RunAsync(
        arguments, "Infidelity", r => r with { Infidelity = new InfidelityCheck { Samples = arguments.GetValue(_samples) } }, host, cancellation);
}
