using Google.Protobuf.WellKnownTypes;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Protocol.V1;
using JobPriority = SaliencyCluster.Protocol.V1.JobPriority;
using JobState = SaliencyCluster.Protocol.V1.JobState;
using StoredPriority = SaliencyCluster.Grains.Abstractions.Jobs.JobPriority;
using StoredState = SaliencyCluster.Grains.Abstractions.Jobs.JobState;

namespace SaliencyCluster.Gateway.Jobs;

/// <summary>Writes jobs for the wire, with rate and time left.</summary>
internal static class JobMapping
{
    public static Job Write(JobStatus status, DateTimeOffset now)
    {
        var job = new Job
        {
            JobId = status.Id,
            Version = status.Version,
            State = Write(status.State),
            WaitingFor = status.Waiting ?? "",
            Failure = FailureMapping.Write(status.Error),
            Model = status.Model,
            ModelSha256 = status.ModelHash,
            Options = OptionsMapping.Write(status.Request),
            Compared = { status.Compared.Select(OptionsMapping.Write) },
            CreatedAt = Timestamp.FromDateTimeOffset(status.Created),
            StartedAt = Write(status.Started),
            EndedAt = Write(status.Finished),
            Images = status.Images,
            ImagesDone = status.Done,
            ImagesFailed = status.Failed,
            PointsDone = status.Points,
            Priority = status.Priority == StoredPriority.Interactive ? JobPriority.Interactive : JobPriority.Batch,
            Weight = status.Weight,
            Pool = status.Pool,
        };
        var seconds = status.Started is { } started ? ((status.Finished ?? now) - started).TotalSeconds : 0;
        var ended = status.Done + status.Failed;
        if (seconds > 0) job.PointsPerSecond = status.Points / seconds;
        if (seconds > 0 && ended > 0 && status.State == StoredState.Running) job.SecondsLeft = (status.Images - ended) * seconds / ended;
        return job;
    }

    /// <summary>Reads which jobs are wanted; null means all of them.</summary>
    public static JobFilter? Filter(ListJobsRequest request) => request.States.Count == 0 && request.Model.Length == 0 && request.Text.Length == 0
        ? null
        : new([.. request.States.Select(Read).OfType<StoredState>()], request.Model, request.Text);

    private static Timestamp? Write(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;

    private static StoredState? Read(JobState state) => System.Enum.GetValues<StoredState>().Where(s => Write(s) == state).Cast<StoredState?>().FirstOrDefault();

    public static JobState Write(StoredState state) => state switch
    {
        StoredState.Queued => JobState.Queued,
        StoredState.Running => JobState.Running,
        StoredState.Paused => JobState.Paused,
        StoredState.Completed => JobState.Done,
        StoredState.Failed => JobState.Failed,
        StoredState.Cancelled => JobState.Cancelled,
        _ => JobState.Unspecified,
    };
}
