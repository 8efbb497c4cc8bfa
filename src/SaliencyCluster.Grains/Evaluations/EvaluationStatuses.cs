using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Keys;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>Describes an evaluation to its users.</summary>
internal static class EvaluationStatuses
{
    public static EvaluationStatus Of(EvaluationKey key, EvaluationRecord record, EvaluationProgress? progress, long version, int? devices) => new()
    {
        Id = key.Id,
        Tenant = key.Tenant,
        Version = version,
        State = record.State,
        Title = record.Submission!.Request.Title,
        Model = record.Model!.Info.Label,
        ModelHash = record.Model.Info.Registration.Blob,
        Images = record.Submission.Images.Count,
        BatchesDone = progress?.Done ?? record.Batches,
        Batches = progress?.Total ?? record.Batches,
        Points = progress?.Points ?? record.Points,
        Last = progress?.Last ?? "",
        Created = record.Created,
        Finished = record.Finished,
        Error = record.Error,
        ListedOn = record.Page,
        Report = record.Report,
        Waiting = devices == 0 && !record.HasEnded ? $"No worker serves the pool '{record.Submission.Pool}'; the evaluation goes on when one joins." : null,
    };
}
