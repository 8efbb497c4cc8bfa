using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Client;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary>Follows an evaluation with a bar, through restarts of the gateway.</summary>
internal static class EvaluationWatch
{
    /// <summary>Follows it to its end.</summary>
    public static async Task<EvaluationMessage> FollowAsync(SaliencyClient client, string id, CliHost host, CancellationToken cancellation)
    {
        EvaluationMessage? last = null;
        var waiting = "";
        using var progress = new ProgressDisplay(host, 0, "batches");
        await foreach (var evaluation in client.Evaluations.WatchAsync(id, cancellation))
        {
            progress.Meter.SetTotal(evaluation.Batches);
            progress.Meter.Add(Math.Max(0, evaluation.BatchesDone - (last?.BatchesDone ?? 0)));
            if (evaluation.WaitingFor != waiting) progress.Above(evaluation.WaitingFor);
            (last, waiting) = (evaluation, evaluation.WaitingFor);
        }
        return last!;
    }
}
