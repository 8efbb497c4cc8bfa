using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary><c>saliency evaluations</c>: evaluations on a cluster, which <c>check</c> and <c>evaluate</c> submit. A new one is one new line.</summary>
internal static class EvaluationsCommand
{
    public static Command Create(CliHost host) =>
        new("evaluations", "List, watch, cancel, delete and fetch evaluations, which check and evaluate submit.")
    {
        new EvaluationsListCommand(host),
        new EvaluationsWatchCommand(host),
        new EvaluationsCancelCommand(host),
        new EvaluationsDeleteCommand(host),
        new EvaluationsFetchCommand(host),
    };
}
