using SaliencyCluster.Grains.Abstractions.Aggregation;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>What is stored of an image under way: where its checkpoint is.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.CheckpointRecord")]
internal sealed record CheckpointRecord
{
    /// <summary>Gets the blob; null when there is none.</summary>
    [Id(0)] public string? Blob { get; init; }

    /// <summary>Gets the try that it is of.</summary>
    [Id(1)] public int Try { get; init; }

    /// <summary>Gets when the job was accepted that it is of; the default where 0.1 stored it.</summary>
    [Id(4)] public DateTimeOffset Incarnation { get; init; }

    /// <summary>Gets the devices that took part until then.</summary>
    [Id(2)] public string[] Workers { get; init; } = [];

    /// <summary>Gets the seconds that had passed until then.</summary>
    [Id(3)] public double Seconds { get; init; }

    /// <summary>Says whether it is of this try of this job, not of an earlier one under the same id.</summary>
    public bool IsOf(ImageWork work) => Try == work.Try && (Incarnation == work.Incarnation || Incarnation == default);
}
