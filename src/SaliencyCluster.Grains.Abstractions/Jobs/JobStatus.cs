using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;

namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>A job as it is now. Small whatever the number of images; outcomes are read in pages.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobStatus")]
public sealed record JobStatus
{
    /// <summary>Gets the job's id within its tenant.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Gets the tenant.</summary>
    [Id(1)] public required string Tenant { get; init; }

    /// <summary>Gets a number that grows with every change; pass it to <see cref="IJobGrain.WaitForChangeAsync"/>.</summary>
    [Id(2)] public required long Version { get; init; }

    /// <summary>Gets where the job stands.</summary>
    [Id(3)] public required JobState State { get; init; }

    /// <summary>Gets the model with its version, <c>name:version</c>.</summary>
    [Id(4)] public required string Model { get; init; }

    /// <summary>Gets the SHA-256 of the model.</summary>
    [Id(5)] public required string ModelHash { get; init; }

    /// <summary>Gets the request with every default filled in.</summary>
    [Id(6)] public required ExplanationRequest Request { get; init; }

    /// <summary>Gets how urgent it is.</summary>
    [Id(7)] public required JobPriority Priority { get; init; }

    /// <summary>Gets the number of images.</summary>
    [Id(8)] public required int Images { get; init; }

    /// <summary>Gets the number of images with a map.</summary>
    [Id(9)] public required int Done { get; init; }

    /// <summary>Gets the number of images that failed.</summary>
    [Id(10)] public required int Failed { get; init; }

    /// <summary>Gets the number of images under way.</summary>
    [Id(11)] public required int Active { get; init; }

    /// <summary>Gets the points of all finished images.</summary>
    [Id(12)] public required long Points { get; init; }

    /// <summary>Gets when it was accepted.</summary>
    [Id(13)] public required DateTimeOffset Created { get; init; }

    /// <summary>Gets when the first image was started.</summary>
    [Id(14)] public DateTimeOffset? Started { get; init; }

    /// <summary>Gets when the last image was finished.</summary>
    [Id(15)] public DateTimeOffset? Finished { get; init; }

    /// <summary>Gets why nothing moves, in words, such as that no worker has joined the pool; null while it moves.</summary>
    [Id(16)] public string? Waiting { get; init; }

    /// <summary>Gets the first failure, for a job that failed or completed with failed images.</summary>
    [Id(17)] public ErrorInfo? Error { get; init; }

    /// <summary>Gets the further requests of a comparison, with every default filled in.</summary>
    [Id(20)] public ExplanationRequest[] Compared { get => field ?? []; init; } = [];

    /// <summary>Gets where the model's input has its channels, <c>nchw</c> or <c>nhwc</c>; null from 0.1, which knew the first only.</summary>
    [Id(22)] public string? Layout { get; init; }

    /// <summary>Gets how the model takes pictures; null from processes of before, which stretch them.</summary>
    [Id(31)] public ModelPreprocessing? Preprocessing { get; init; }

    /// <summary>Gets the shape of one image of the model, channels first; -1 where it is free. Null from processes of before.</summary>
    [Id(32)] public long[]? ImageShape { get; init; }

    /// <summary>Gets its share of the pool against other jobs of the tenant.</summary>
    [Id(18)] public double Weight { get => field == 0 ? 1 : field; init; } = 1;

    /// <summary>Gets the pool of workers that computes it.</summary>
    [Id(21)] public string Pool { get => field ?? GrainKeys.DefaultPool; init; } = GrainKeys.DefaultPool;

    /// <summary>Gets the page of the tenant's list that it is on; null where the version before has listed it.</summary>
    [Id(30)] public int? ListedOn { get; init; }

    /// <summary>Gets whether somebody just looks at its image: it is in no list.</summary>
    [Id(33)] public bool IsViewing { get; init; }

    /// <summary>Gets whether the state is one that a job does not leave by itself.</summary>
    public bool IsFinal => State is JobState.Completed or JobState.Failed or JobState.Cancelled;
}
