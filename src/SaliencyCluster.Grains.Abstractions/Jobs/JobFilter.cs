namespace SaliencyCluster.Grains.Abstractions.Jobs;

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
