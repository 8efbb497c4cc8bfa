using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Describes a job to its users.</summary>
internal static class JobStatuses
{
    public static JobStatus Of(JobKey key, JobRecord record, ImageWindow? window, long version, int? devices) => new()
    {
        Id = key.Id,
        Tenant = key.Tenant,
        Version = version,
        State = record.State,
        Model = record.Model!.Label,
        ModelHash = record.Model.Registration.Blob,
        Request = record.Resolved!.Options,
        Compared = [.. record.ResolvedCompared.Select(r => r.Options)],
        Layout = record.Resolved.Model.Layout.Name(),
        Preprocessing = record.Model.Registration.Preprocessing,
        ImageShape = [.. record.Resolved.Model.ImageShape],
        Priority = record.Priority,
        Weight = record.Weight,
        Pool = record.Submission!.Pool,
        Images = record.Submission!.Images.Count,
        Done = window?.Done ?? record.Settled.Done,
        Failed = window?.Failed ?? record.Settled.Failed,
        Active = window?.Active.Count ?? 0,
        Points = window?.Points ?? record.Settled.Points,
        Created = record.Created,
        Started = record.Started,
        Finished = record.Finished,
        Error = record.Error,
        ListedOn = record.Page,
        IsViewing = record.Submission.IsViewing,
        Waiting = devices == 0 && !record.HasEnded
            ? $"No worker serves the pool '{record.Submission.Pool}'; the job goes on when one joins."
            : null,
    };
}
