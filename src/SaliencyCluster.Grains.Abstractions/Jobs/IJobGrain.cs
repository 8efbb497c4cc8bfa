using SaliencyCluster.Grains.Abstractions.Blobs;

namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>
/// One job: many images, one model, one method. The key is a <see cref="Keys.JobKey"/>, so submitting the same id twice never
/// starts a second run.
/// </summary>
/// <remarks>
/// Lives on gateway silos. Everything that a call acknowledged is on storage: after the death of any silo the next activation
/// goes on from there, started by the supervisor within seconds and not only by the next call. All calls may be repeated after a
/// failure. Except for <see cref="SubmitAsync"/> all calls fail with SAL3002 where no such job was submitted.
/// </remarks>
[Version(2), Alias("saliency.v1.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Checks and stores a job and starts it; returns before anything is computed.</summary>
    /// <remarks>Idempotent for an equal submission, which returns the job as it is now. Durable on return.
    /// <paramref name="ct"/> cancels the call, not the job.</remarks>
    /// <exception cref="Onnx.SaliencyException">SAL3001: the id is used by a different submission. SAL3003: not a valid id.
    /// SAL3004: the model is not registered. SAL3005: the image list cannot be read. SAL2xxx: the request does not fit the model.
    /// SAL3010 to SAL3012: the tenant would hold more than the limits of <see cref="JobSubmission.Admission"/>.</exception>
    [Alias("Submit")]
    Task<JobStatus> SubmitAsync(JobSubmission submission, CancellationToken ct = default);

    /// <summary>Gets the job as it is now.</summary>
    [Alias("Get")]
    Task<JobStatus> GetAsync();

    /// <summary>Waits until the job has a newer version than <paramref name="knownVersion"/>, at most 10 s, and returns it as it is then.</summary>
    /// <remarks>A slow watcher misses versions and never slows the job down. Call it again with the version it returned;
    /// after a failed call, with any.</remarks>
    [Alias("WaitForChange")]
    Task<JobStatus> WaitForChangeAsync(long knownVersion, CancellationToken ct = default);

    /// <summary>Reads outcomes in image order.</summary>
    /// <param name="from">The first image.</param>
    /// <param name="count">From 1 to 1000; fewer are returned at the end of the job.</param>
    [Alias("ReadImages")]
    Task<IReadOnlyList<ImageOutcome>> ReadImagesAsync(int from, int count);

    /// <summary>Gets the list of its images.</summary>
    [Alias("GetImages")]
    Task<ManifestReference> GetImagesAsync();

    /// <summary>Gets what was submitted, with the version of the model that was taken.</summary>
    [Alias("GetSubmission")]
    Task<JobSubmission> GetSubmissionAsync();

    /// <summary>Stops the job for good; maps made before are kept. Work on devices ends at the next micro-batch.</summary>
    /// <remarks>Without effect on a finished job.</remarks>
    [Alias("Cancel")]
    Task<JobStatus> CancelAsync();

    /// <summary>Starts no further image until <see cref="ResumeAsync"/>; images under way are finished.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3006: the job has ended.</exception>
    [Alias("Pause")]
    Task<JobStatus> PauseAsync();

    /// <summary>Goes on with a paused job; without effect on one that is not paused.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3006: the job has ended.</exception>
    [Alias("Resume")]
    Task<JobStatus> ResumeAsync();

    /// <summary>Explains the failed images of a finished job again; without effect where none failed.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3007: the job is still under way, or was cancelled.</exception>
    [Alias("RetryFailed")]
    Task<JobStatus> RetryFailedAsync();

    /// <summary>Changes priority and weight; images under way keep theirs.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3006: the job has ended.</exception>
    [Alias("Reprioritize")]
    Task<JobStatus> ReprioritizeAsync(JobPriority priority, double weight);

    /// <summary>Forgets a finished job and its outcomes; its blobs are collected when nothing else refers to them.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3007: the job is still under way.</exception>
    [Alias("Delete")]
    Task DeleteAsync();
}
