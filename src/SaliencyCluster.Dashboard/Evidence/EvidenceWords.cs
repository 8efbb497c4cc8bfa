using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Evidence;

/// <summary>States of evaluations as people read them.</summary>
internal static class EvidenceWords
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
