using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>The errors of jobs, each made in one place.</summary>
internal static class JobErrors
{
    public static SaliencyException Conflict(JobKey job) => new(
        "SAL3001", $"The job id '{job.Id}' is used by a different submission.", "Use another id, or the same model, images and options as before.");

    public static SaliencyException NotFound(JobKey job) => new(
        "SAL3002", $"There is no job '{job.Id}'.", "List the jobs there are: saliency jobs list");

    public static SaliencyException NoImages(JobKey job) => new(
        "SAL3005", $"The job '{job.Id}' has no images.", "Submit at least one image.");

    public static SaliencyException Ended(JobKey job, JobState state) => new(
        "SAL3006", $"The job '{job.Id}' is {state} and cannot be changed any more.", "Submit a new job, or retry the failed images of this one.");

    public static SaliencyException UnderWay(JobKey job, JobState state) => new(
        "SAL3007", $"The job '{job.Id}' is {state}.", "Wait until it has ended; only jobs that ended can be deleted, and only Completed or Failed ones retried.");

    public static SaliencyException BadWeight(double weight) => new(
        "SAL3009", FormattableString.Invariant($"The weight {weight} of the job is out of range."), "Use a weight from 0.01 to 100.");
}
