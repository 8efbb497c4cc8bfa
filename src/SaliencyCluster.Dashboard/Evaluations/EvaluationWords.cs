using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Evaluations;

/// <summary>States of evaluations as people read them.</summary>
internal static class EvaluationWords
{
    public static string State(EvaluationState state) => state switch
    {
        EvaluationState.Running => "running",
        EvaluationState.Done => "done",
        EvaluationState.Failed => "failed",
        EvaluationState.Cancelled => "cancelled",
        _ => "unknown",
    };
}
