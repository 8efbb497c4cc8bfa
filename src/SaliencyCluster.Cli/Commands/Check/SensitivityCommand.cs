using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Evaluation.Checks.Perturbed;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary><c>saliency evaluate sensitivity</c>: how much maps change under invisible changes of the image.</summary>
internal sealed class SensitivityCommand : CliCommand
{
    private readonly CheckOptions _options = new();
    private readonly Option<int> _samples = new("--perturbations") { Description = "Changed images per image.", DefaultValueFactory = _ => 10, HelpName = "N" };
    private readonly Option<double> _radius = new("--radius") { Description = "Largest change, relative to the range of the preprocessed image.", DefaultValueFactory = _ => 0.02, HelpName = "R" };

    public SensitivityCommand(CliHost host) : base("sensitivity", "How much do maps change when the image hardly does? (Yeh et al., 2019)", host)
    {
        _options.AddTo(this);
        Add(_samples);
        Add(_radius);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation) => _options.RunAsync(
        arguments, "Sensitivity", r => r with { Sensitivity = new SensitivityCheck { Samples = arguments.GetValue(_samples), Radius = arguments.GetValue(_radius) } }, host, cancellation);
}
