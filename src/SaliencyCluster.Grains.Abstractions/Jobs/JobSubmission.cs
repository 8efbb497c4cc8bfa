using System.Text.Json.Serialization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>What is asked of a job. Images are in the blob store before it is submitted, so the message stays small.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobSubmission")]
public sealed record JobSubmission
{
    /// <summary>Gets the model: <c>name</c> (its newest version at the time of submission) or <c>name:version</c>.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>Gets the method and its options, as the user gave them.</summary>
    [Id(1)] public required ExplanationRequest Request { get; init; }

    /// <summary>Gets the list of images, made by <see cref="ManifestWriter"/>.</summary>
    [Id(2)] public required ManifestReference Images { get; init; }

    /// <summary>Gets how urgent it is.</summary>
    /// <value>The default is <see cref="JobPriority.Batch"/>.</value>
    [Id(3)] public JobPriority Priority { get; init; }

    /// <summary>Gets the pool of workers that computes it.</summary>
    /// <value>The default is <c>default</c>.</value>
    [Id(4)] public string Pool { get; init; } = GrainKeys.DefaultPool;

    /// <summary>Gets its share of the pool against other jobs of the tenant.</summary>
    /// <value>From 0.01 to 100. The default is 1.</value>
    [Id(5)] public double Weight { get; init; } = 1;

    /// <summary>Gets the blobs of baselines that the request refers to by number: <c>.npy</c> files of the image's shape.</summary>
    /// <value>The default is none.</value>
    [Id(6)] public string[] Baselines { get; init; } = [];

    /// <summary>Gets further methods for the same images and model; evaluations that methods have in common are computed once.</summary>
    /// <value>The default is none.</value>
    [Id(20)] public ExplanationRequest[] Compared { get => field ?? []; init; } = [];

    /// <summary>Gets what makes it a batch of an evaluation; such a job is not listed, and whoever submitted it looks after it.</summary>
    /// <value>The default is null: an ordinary job.</value>
    [Id(30)] public BatchSpec? Batch { get; init; }

    /// <summary>Gets whether somebody just looks at an image: the job is not listed, and is removed about an hour after its end.</summary>
    /// <value>The default is false.</value>
    [Id(41), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool IsViewing { get; init; }

    /// <summary>Gets the span that caused it, as a W3C traceparent; null where nobody traces. Not part of what is asked: a repeated
    /// submission has another one.</summary>
    [Id(40), JsonIgnore] public string? TraceParent { get; init; }

    /// <summary>Gets what the one who submits may do.</summary>
    /// <value>The default is null: no limits, and weight 1.</value>
    [Id(8), JsonIgnore] public JobAdmission? Admission { get; init; }
}

/// <summary>Which work goes first when there is more than the devices can do.</summary>
public enum JobPriority
{
    /// <summary>Shares the pool with other batch work by weight.</summary>
    Batch = 0,

    /// <summary>A person waits: overtakes all batch work that is not computing already. Where there is no end of it, an eighth is left to
    /// batch work.</summary>
    Interactive = 1,
}
