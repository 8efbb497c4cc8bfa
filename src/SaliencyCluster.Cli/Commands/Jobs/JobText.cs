using System.Globalization;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary>A job in words and as JSON, and the exit code that its end leads to.</summary>
internal static class JobText
{
    public static object Json(Job job) => new
    {
        job.JobId,
        state = State(job),
        waitingFor = job.WaitingFor.Length == 0 ? null : job.WaitingFor,
        failure = job.Failure is { } f ? new { f.Code, f.What, f.Next } : null,
        job.Model,
        job.ModelSha256,
        method = job.Options.Method,
        createdAt = job.CreatedAt.ToDateTimeOffset(),
        startedAt = job.StartedAt?.ToDateTimeOffset(),
        endedAt = job.EndedAt?.ToDateTimeOffset(),
        job.Images,
        job.ImagesDone,
        job.ImagesFailed,
        job.PointsDone,
        job.PointsPerSecond,
        secondsLeft = job.HasSecondsLeft ? job.SecondsLeft : (double?)null,
    };

    public static string State(Job job) => job.State.ToString().ToLowerInvariant();

    public static string Images(Job job) =>
        $"{job.ImagesDone + job.ImagesFailed} of {job.Images}{(job.ImagesFailed > 0 ? $", {job.ImagesFailed} failed" : "")}";

    public static string Summary(Job job)
    {
        var time = job.StartedAt is { } start && job.EndedAt is { } end ? $" in {ProgressText.Time(end.ToDateTimeOffset() - start.ToDateTimeOffset())}" : "";
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{job.JobId} is {State(job)}: {Images(job)} images, {job.PointsDone:N0} points{time}, {ProgressText.Rate(job.PointsPerSecond)} points/s");
        return job.Failure is { } failure ? $"{text}\nfirst failure {failure.Code}: {failure.What} {failure.Next}" : text;
    }

    // A job that could do everything is a success; one that was stopped or lost images is not.
    public static int Exit(Job job) =>
        job.Failure is { } failure ? ExitCode.Of(failure.Code) : job.State == JobState.Done ? ExitCode.Ok : ExitCode.Failed;
}
