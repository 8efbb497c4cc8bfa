using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary><c>saliency check randomization</c>: do maps change when the model forgets what it learned?</summary>
internal sealed class RandomizationCommand : CliCommand
{
    private readonly CheckOptions _options = new();
    private readonly RandomizationOptions _randomization = new();

    public RandomizationCommand(CliHost host) : base("randomization", "Do maps change when the model's layers are randomised? (Adebayo et al., 2018)", host)
    {
        _options.AddTo(this);
        _randomization.AddTo(this);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation) =>
        _options.RunAsync(arguments, "Model-parameter randomisation", r => _randomization.AddTo(r, arguments), host, cancellation);
}
