using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary><c>saliency models</c>: the models of a cluster, and what is known of a file. A new one is one new line.</summary>
internal static class ModelsCommand
{
    public static Command Create(CliHost host) => new("models", "Add, list, show, compare, remove and release models.")
    {
        new ModelsAddCommand(host),
        new ModelsListCommand(host),
        new ModelsShowCommand(host),
        new ModelsSimilarityCommand(host),
        new ModelsRemoveCommand(host),
        new ModelsQuarantinedCommand(host),
        new ModelsReleaseCommand(host),
    };
}
