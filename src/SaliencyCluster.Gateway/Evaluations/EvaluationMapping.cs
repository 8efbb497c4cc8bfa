using Google.Protobuf.WellKnownTypes;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Protocol.V1;
using EvaluationState = SaliencyCluster.Protocol.V1.EvaluationState;
using StoredState = SaliencyCluster.Grains.Abstractions.Evaluations.EvaluationState;

namespace SaliencyCluster.Gateway.Evaluations;

/// <summary>Writes evaluations for the wire, with rate and time left.</summary>
internal static class EvaluationMapping
{
    public static EvaluationMessage Write(EvaluationStatus status, DateTimeOffset now)
    {
        var evaluation = new EvaluationMessage
        {
            EvaluationId = status.Id,
            Version = status.Version,
            State = Write(status.State),
            WaitingFor = status.Waiting ?? "",
            Failure = FailureMapping.Write(status.Error),
            Title = status.Title,
            Model = status.Model,
            ModelSha256 = status.ModelHash,
            Images = status.Images,
            BatchesDone = status.BatchesDone,
            Batches = status.Batches,
            PointsDone = status.Points,
            Last = status.Last,
            CreatedAt = Timestamp.FromDateTimeOffset(status.Created),
            EndedAt = status.Finished is { } end ? Timestamp.FromDateTimeOffset(end) : null,
        };
        var seconds = ((status.Finished ?? now) - status.Created).TotalSeconds;
        if (seconds > 0) evaluation.PointsPerSecond = status.Points / seconds;
        if (seconds > 0 && status.BatchesDone > 0 && !status.IsFinal) evaluation.SecondsLeft = (status.Batches - status.BatchesDone) * seconds / status.BatchesDone;
        return evaluation;
    }

    private static EvaluationState Write(StoredState state) => state switch
    {
        StoredState.Running => EvaluationState.Running,
        StoredState.Completed => EvaluationState.Done,
        StoredState.Failed => EvaluationState.Failed,
        StoredState.Cancelled => EvaluationState.Cancelled,
        _ => EvaluationState.Unspecified,
    };
}
