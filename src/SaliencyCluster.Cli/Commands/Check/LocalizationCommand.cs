using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary><c>saliency evaluate localization</c>: how much of each map lies on the object, for one model or several.</summary>
internal sealed class LocalizationCommand : CliCommand
{
    private readonly CheckOptions _options = new();
    private readonly Option<string[]> _beside = new("--beside")
    {
        Description = "Further models to compare with, on the same images.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME|FILE", DefaultValueFactory = _ => [],
    };

    public LocalizationCommand(CliHost host) : base("localization", "How much of a map lies on the object? Needs --masks or --boxes.", host)
    {
        _options.AddTo(this);
        Add(_beside);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation) =>
        _options.RunAsync(arguments, "Localisation", r => r with { LocalizationBeside = arguments.GetValue(_beside)! }, host, cancellation);
}
