using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Bench;

/// <summary><c>saliency bench</c>: measurements. A new one is one new line.</summary>
internal static class BenchCommand
{
    public static Command Create(CliHost host) => new("bench", "Measure how fast this machine or a cluster is.")
    {
        new BenchEngineCommand(host),
        new BenchProfileCommand(host),
        new BenchJobCommand(host),
        new BenchLatencyCommand(host),
        new BenchEvaluationCommand(host),
    };
}
