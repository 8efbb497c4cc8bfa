using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Models;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>What is stored of a job: its size does not depend on the number of images.</summary>
[GenerateSerializer, Alias("saliency.v1.JobRecord")]
internal sealed class JobRecord
{
    /// <summary>Gets or sets what was asked; null before a submission.</summary>
    [Id(0)] public JobSubmission? Submission { get; set; }

    /// <summary>Gets or sets the hash of what was asked: tells a repeated submission from another one.</summary>
    [Id(1)] public string Fingerprint { get; set; } = "";

    /// <summary>Gets or sets the model as it was at submission.</summary>
    [Id(2)] public ModelInfo? Model { get; set; }

    /// <summary>Gets or sets the request with every default filled in.</summary>
    [Id(3)] public ResolvedRequest? Resolved { get; set; }

    [Id(4)] public JobState State { get; set; }

    [Id(5)] public DateTimeOffset Created { get; set; }

    [Id(6)] public DateTimeOffset? Started { get; set; }

    [Id(7)] public DateTimeOffset? Finished { get; set; }

    /// <summary>Gets or sets the try: 1, and one more with every retry of failed images.</summary>
    [Id(8)] public int Try { get; set; } = 1;

    [Id(9)] public SettledPages Settled { get; set; } = SettledPages.None;

    /// <summary>Gets or sets the first failure.</summary>
    [Id(10)] public ErrorInfo? Error { get; set; }

    [Id(11)] public JobPriority Priority { get; set; }

    [Id(12)] public double Weight { get; set; } = 1;

    /// <summary>Gets or sets the further requests of a comparison with every default filled in.</summary>
    [Id(20)] public ResolvedRequest[] ResolvedCompared { get; set; } = [];

    public bool HasEnded => State is JobState.Completed or JobState.Failed or JobState.Cancelled;
}
