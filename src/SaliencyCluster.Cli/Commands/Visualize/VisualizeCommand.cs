using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary><c>saliency visualize</c>: what a network's units like, and what its layers keep.</summary>
internal static class VisualizeCommand
{
    public static Command Create(CliHost host) => new("visualize", "Draw what a class, channel or unit answers to, what a layer keeps of "
        + "an image, and which of your images its channels answer to most.")
    {
        new MaximizeCommand(host),
        new InvertCommand(host),
        new UnitsCommand(host),
    };
}
