using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Models;

namespace SaliencyCluster.Grains.Abstractions.Aggregation;

/// <summary>What a job tells an aggregator: everything that the explanation of one image depends on.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.ImageWork")]
public sealed record ImageWork
{
    /// <summary>Gets the request, resolved against the model.</summary>
    [Id(0)] public required ResolvedRequest Request { get; init; }

    /// <summary>Gets how pictures become the model's input.</summary>
    [Id(1)] public required ModelPreprocessing Preprocessing { get; init; }

    /// <summary>Gets the image's name.</summary>
    [Id(2)] public required string Name { get; init; }

    /// <summary>Gets the blob of the image.</summary>
    [Id(3)] public required string Blob { get; init; }

    /// <summary>Gets how the blob is read.</summary>
    [Id(4)] public required ImageFormat Format { get; init; }

    /// <summary>Gets blobs of the stored baselines.</summary>
    [Id(5)] public required string[] Baselines { get; init; }

    /// <summary>Gets the pool that computes it.</summary>
    [Id(6)] public required string Pool { get; init; }

    /// <summary>Gets how urgent it is.</summary>
    [Id(7)] public required JobPriority Priority { get; init; }

    /// <summary>Gets the job's share.</summary>
    [Id(8)] public required double Weight { get; init; }

    /// <summary>Gets which try of the image it is: 1, and one more with every retry by a user. An aggregator that holds the outcome
    /// of an earlier try starts anew.</summary>
    [Id(9)] public required int Try { get; init; }

    /// <summary>Gets when the job was accepted: one that was deleted and submitted again under its id is another one.</summary>
    [Id(14)] public DateTimeOffset Incarnation { get; init; }

    /// <summary>Gets the further requests of a comparison, resolved against the same model.</summary>
    [Id(20)] public ResolvedRequest[] Compared { get => field ?? []; init; } = [];

    /// <summary>Gets the index that keys the noise; null for the image's place in its job.</summary>
    [Id(30)] public uint? NoiseIndex { get; init; }

    /// <summary>Gets how the model is made, where it is in no blob store.</summary>
    [Id(31)] public DerivedModel? Derived { get; init; }

    /// <summary>Gets whether the map is for a batch of an evaluation, which removes it: such a map carries the image's key in front, so that
    /// nothing else refers to its blob.</summary>
    [Id(32)] public bool IsBatch { get; init; }

    /// <summary>Gets the span that caused it, as a W3C traceparent; null where nobody traces.</summary>
    [Id(40)] public string? TraceParent { get; init; }

    /// <summary>Gets what the model is called in its job; empty from processes of before.</summary>
    [Id(41)] public string ModelLabel { get => field ?? ""; init; } = "";

    /// <summary>Gets the blob of the <see cref="ModelFacts"/> that each request leaves out; empty where they are whole.</summary>
    [Id(42)] public string[] Facts { get => field ?? []; init; } = [];

    /// <summary>Gets the tenant's share of the pool.</summary>
    [Id(13)] public double TenantWeight { get => field == 0 ? 1 : field; init; } = 1;
}
