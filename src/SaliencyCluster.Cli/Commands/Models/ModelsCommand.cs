using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary><c>saliency models</c>: what is known of models. A new one is one new line.</summary>
internal static class ModelsCommand
{
    public static Command Create(CliHost host) => new("models", "Show models.")
    {
        new ModelsShowCommand(host),
    };
}
