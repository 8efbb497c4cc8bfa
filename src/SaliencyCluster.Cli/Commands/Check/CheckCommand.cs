using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary><c>saliency check</c>: sanity checks. A new one is one new line.</summary>
internal static class CheckCommand
{
    public static Command Create(CliHost host) => new("check", "Sanity checks: do maps depend on the model and on what it learned?")
    {
        new RandomizationCommand(host),
        new DataRandomizationCommand(host),
    };
}
