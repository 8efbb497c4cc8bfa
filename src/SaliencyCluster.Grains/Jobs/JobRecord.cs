using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Models;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>What is stored of a job: its size does not depend on the number of images.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.JobRecord")]
internal sealed record JobRecord
{
    /// <summary>Gets what was asked; null before a submission.</summary>
    [Id(0)] public JobSubmission? Submission { get; init; }

    /// <summary>Gets the hash of what was asked: tells a repeated submission from another one.</summary>
    [Id(1)] public string Fingerprint { get; init; } = "";

    /// <summary>Gets the model as it was at submission, without class names and layers.</summary>
    [Id(2)] public ModelInfo? Model { get; init; }

    /// <summary>Gets the request as versions before stored it, with class names and layers; null otherwise.</summary>
    [Id(3)] public ResolvedRequest? Whole { get; init; }

    [Id(4)] public JobState State { get; init; }

    [Id(5)] public DateTimeOffset Created { get; init; }

    [Id(6)] public DateTimeOffset? Started { get; init; }

    [Id(7)] public DateTimeOffset? Finished { get; init; }

    /// <summary>Gets the try: 1, and one more with every retry of failed images.</summary>
    [Id(8)] public int Try { get; init; } = 1;

    [Id(9)] public SettledPages Settled { get; init; } = SettledPages.None;

    /// <summary>Gets the first failure.</summary>
    [Id(10)] public ErrorInfo? Error { get; init; }

    [Id(11)] public JobPriority Priority { get; init; }

    [Id(12)] public double Weight { get; init; } = 1;

    /// <summary>Gets the further requests of a comparison, where <see cref="Whole"/> is the first one.</summary>
    [Id(20)] public ResolvedRequest[] WholeCompared { get; init; } = [];

    /// <summary>Gets the page of the tenant's list that it is on; null for a batch, and where the version before has listed it.</summary>
    [Id(21)] public int? Page { get; init; }

    /// <summary>Gets the outcome of the only image of a job of one; null where it is in a page of outcomes, as in the versions before.</summary>
    [Id(22)] public ImageOutcome? Only { get; init; }

    /// <summary>Gets whether it was deleted; what belongs to it goes first.</summary>
    [Id(23)] public bool IsDeleted { get; init; }

    /// <summary>Gets the images of this try; null for all.</summary>
    [Id(24)] public int? Retried { get; init; }

    /// <summary>Gets the bytes of the maps that were there before this try.</summary>
    [Id(25)] public long MapBytes { get; init; }

    /// <summary>Gets the request and the further ones of a comparison with every default filled in; empty where versions before stored
    /// them.</summary>
    [Id(26)] public BriefRequest[] Brief { get; init; } = [];

    /// <summary>Gets the request with every default filled in; what it leaves out is in the first of <see cref="Facts"/>.</summary>
    public ResolvedRequest? Resolved => Brief.Length > 0 ? Brief[0].Request : Whole;

    /// <summary>Gets the further requests of a comparison.</summary>
    public IEnumerable<ResolvedRequest> ResolvedCompared => Brief.Length > 0 ? Brief.Skip(1).Select(b => b.Request) : WholeCompared;

    /// <summary>Gets the blob of what each request leaves out; empty where they are whole.</summary>
    public string[] Facts => [.. Brief.Select(b => b.Facts)];

    /// <summary>Gets whether it was submitted and is not deleted.</summary>
    public bool IsThere => Submission is not null && !IsDeleted;

    public bool HasEnded => State is JobState.Completed or JobState.Failed or JobState.Cancelled;

    /// <summary>Makes another try of the images that failed.</summary>
    public JobRecord Again() => this with
    {
        State = JobState.Running, Try = Try + 1, Retried = Submission!.Images.Count - Settled.Done, MapBytes = Settled.Bytes,
            Settled = SettledPages.None, Finished = null, Error = null,
    };
}

/// <summary>The pages at the start of a job that need no further look, and what they add up to.</summary>
/// <param name="Pages">Number of pages.</param>
/// <param name="Done">Images with a map.</param>
/// <param name="Failed">Images that failed.</param>
/// <param name="Points">Points of the images with a map.</param>
/// <param name="Bytes">Bytes of the maps.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.SettledPages")]
internal sealed record SettledPages(
    [property: Id(0)] int Pages, [property: Id(1)] int Done, [property: Id(2)] int Failed, [property: Id(3)] long Points,
    [property: Id(4)] long Bytes = 0)
{
    public static SettledPages None => new(0, 0, 0, 0);
}
