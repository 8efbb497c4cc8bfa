using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary><c>saliency evaluate</c>: measures of maps. A new one is one new line.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CliHost host) => new("evaluate", "Measure how faithful, stable and well placed maps are.")
    {
        new InsertionDeletionCommand(host),
        new SensitivityCommand(host),
        new InfidelityCommand(host),
        new LocalizationCommand(host),
        new AllCommand(host),
    };
}
