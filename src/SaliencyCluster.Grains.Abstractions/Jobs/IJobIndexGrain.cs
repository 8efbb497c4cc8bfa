namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>Lists the jobs of a tenant, which is the key.</summary>
[Version(2), Alias("saliency.v1.IJobIndexGrain")]
public interface IJobIndexGrain : IGrainWithStringKey
{
    /// <summary>Lists jobs, newest first. Safe to repeat.</summary>
    /// <param name="size">The most jobs to return, from 1 to 200.</param>
    /// <param name="token">What the page before returned; null for the first page.</param>
    /// <param name="filter">Which jobs are wanted; null means all. One call looks at so many jobs and no more: a page may be
    /// short, even empty, and have a next one.</param>
    /// <remarks>Jobs submitted while pages are read appear on a later first page only.</remarks>
    /// <exception cref="Onnx.SaliencyException">SAL3008: the token is none of ours.</exception>
    [Alias("List")]
    Task<JobPage> ListAsync(int size, string? token = null, JobFilter? filter = null);

    /// <summary>Adds a job and returns the page it is on. Idempotent; durable on return.</summary>
    [Alias("Add")]
    Task<int> AddAsync(string jobId);

    /// <summary>Removes a job. Idempotent; durable on return.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="page">The page that it is on; null where that is not known, which makes the call look at all of them.</param>
    [Alias("Remove")]
    Task RemoveAsync(string jobId, int? page = null);

    /// <summary>Gets the keys of the pages that there are, oldest first.</summary>
    [Alias("Pages")]
    Task<IReadOnlyList<string>> PagesAsync();

    /// <summary>Takes note that an ended job is about to go on: what was learned about its end is forgotten. Idempotent; durable on return.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="page">The page that it is on; null where that is not known, which makes the call look at all of them.</param>
    [Alias("Reopen")]
    Task ReopenAsync(string jobId, int? page = null);
}

/// <summary>A page of jobs.</summary>
/// <param name="Jobs">The jobs, newest first.</param>
/// <param name="NextToken">Asks for the next page; null on the last.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobPage")]
public sealed record JobPage([property: Id(0)] IReadOnlyList<JobStatus> Jobs, [property: Id(1)] string? NextToken);

/// <summary>Chooses jobs of a list.</summary>
/// <param name="States">The states; empty means any.</param>
/// <param name="Model">The model, <c>name</c> or <c>name:version</c>; empty means any.</param>
/// <param name="Text">What id, model or method must contain, in any case; empty means anything.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobFilter")]
public sealed record JobFilter([property: Id(0)] IReadOnlyList<JobState> States, [property: Id(1)] string Model, [property: Id(2)] string Text)
{
    /// <summary>Gets whether a job is wanted.</summary>
    public bool Fits(JobStatus job) =>
        (States.Count == 0 || States.Contains(job.State))
        && (Model.Length == 0 || job.Model == Model || job.Model.StartsWith(Model + ":", StringComparison.Ordinal))
        && (Text.Length == 0 || Contains(job.Id) || Contains(job.Model) || Contains(job.Request.Method));

    private bool Contains(string value) => value.Contains(Text, StringComparison.OrdinalIgnoreCase);
}
