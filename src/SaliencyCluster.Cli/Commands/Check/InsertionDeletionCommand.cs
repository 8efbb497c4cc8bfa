using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Evaluation.Checks.Perturbed;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary><c>saliency evaluate insertion-deletion</c>: insertion and deletion games, pixel flipping and ROAD.</summary>
internal sealed class InsertionDeletionCommand : CliCommand
{
    private readonly CheckOptions _options = new();
    private readonly Option<int> _steps = new("--steps") { Description = "Steps of each walk through the pixels.", DefaultValueFactory = _ => 28, HelpName = "N" };

    public InsertionDeletionCommand(CliHost host) : base("insertion-deletion", "Do the pixels that a map calls strong matter? Insertion, deletion, pixel flipping and ROAD.", host)
    {
        _options.AddTo(this);
        Add(_steps);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var steps = arguments.GetValue(_steps);
        return _options.RunAsync(
            arguments, "Insertion and deletion",
            r => r with { InsertionDeletion = new InsertionDeletionCheck { Steps = steps }, PixelFlipping = new PixelFlippingCheck { Steps = steps }, Road = new() }, host, cancellation);
    }
}
