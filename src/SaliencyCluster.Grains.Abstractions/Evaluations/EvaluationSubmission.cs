using System.Text.Json.Serialization;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Grains.Abstractions.Evaluations;

/// <summary>What is asked of an evaluation. Images and masks are in the blob store before it is submitted.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.EvaluationSubmission")]
public sealed record EvaluationSubmission
{
    /// <summary>Gets the model: <c>name</c> (its newest version at the time of submission) or <c>name:version</c>.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>Gets the checks and methods; further models are named as <see cref="Model"/> is.</summary>
    [Id(1)] public required EvaluationRequest Request { get; init; }

    /// <summary>Gets the list of images with their masks and groups, made by <see cref="ManifestWriter"/>.</summary>
    [Id(2)] public required ManifestReference Images { get; init; }

    /// <summary>Gets the pool of workers that computes it.</summary>
    /// <value>The default is <c>default</c>.</value>
    [Id(3)] public string Pool { get; init; } = GrainKeys.DefaultPool;

    /// <summary>Gets its share of the pool against jobs of the tenant.</summary>
    /// <value>From 0.1 to 100. The default is 1.</value>
    [Id(4)] public double Weight { get; init; } = 1;

    /// <summary>Gets what the one who submits may do. Not part of what is asked.</summary>
    /// <value>The default is null: no limits, and weight 1.</value>
    [Id(5), JsonIgnore] public JobAdmission? Admission { get; init; }
}
