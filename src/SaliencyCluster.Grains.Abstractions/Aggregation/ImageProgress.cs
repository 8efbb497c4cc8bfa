using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Serialization;

namespace SaliencyCluster.Grains.Abstractions.Aggregation;

/// <summary>How far the explanation of one image is.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.ImageProgress")]
public sealed record ImageProgress
{
    /// <summary>Gets a number that grows with every change.</summary>
    [Id(0)] public required long Version { get; init; }

    /// <summary>Gets the points whose sums have arrived, all rounds.</summary>
    [Id(1)] public required long PointsDone { get; init; }

    /// <summary>Gets the points of all rounds that are known; a method that decides its rounds on the way lets it grow.</summary>
    [Id(2)] public required long PointsPlanned { get; init; }

    /// <summary>Gets the target, once the probe has told it.</summary>
    [Id(3)] public string? Target { get; init; }

    /// <summary>Gets the class name, where the model has labels.</summary>
    [Id(4)] public string? Label { get; init; }

    /// <summary>Gets the network's score, once the probe has told it.</summary>
    [Id(5)] public float? Score { get; init; }

    /// <summary>Gets the map of what has arrived, where it was asked for and there is one. For looking at, not for keeping.</summary>
    [Id(6)] public PooledTensor? PartialMap { get; init; }

    /// <summary>Gets what is known of the quality of <see cref="PartialMap"/>, as in <see cref="StoredExplanation.ConvergenceDelta"/>.</summary>
    [Id(8)] public double? ConvergenceDelta { get; init; }

    /// <summary>Gets the same, as in <see cref="StoredExplanation.StandardError"/>.</summary>
    [Id(9)] public double? StandardError { get; init; }

    /// <summary>Gets the same, as in <see cref="StoredExplanation.ErrorEstimate"/>.</summary>
    [Id(10)] public double? ErrorEstimate { get; init; }

    /// <summary>Gets the outcome, once there is one: the last version.</summary>
    [Id(7)] public ImageOutcome? Outcome { get; init; }
}
