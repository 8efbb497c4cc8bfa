using SaliencyCluster.Grains.Abstractions.Aggregation;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>What is stored of an image under way: where its checkpoint is.</summary>
[GenerateSerializer, Alias("saliency.v1.CheckpointRecord")]
internal sealed class CheckpointRecord
{
    /// <summary>Gets or sets the blob; null when there is none.</summary>
    [Id(0)] public string? Blob { get; set; }

    /// <summary>Gets or sets the try that it is of.</summary>
    [Id(1)] public int Try { get; set; }

    /// <summary>Gets or sets when the job was accepted that it is of; the default where 0.1 stored it.</summary>
    [Id(4)] public DateTimeOffset Accepted { get; set; }

    /// <summary>Gets or sets the devices that took part until then.</summary>
    [Id(2)] public string[] Workers { get; set; } = [];

    /// <summary>Gets or sets the seconds that had passed until then.</summary>
    [Id(3)] public double Seconds { get; set; }

    /// <summary>Says whether it is of this try of this job, not of an earlier one under the same id.</summary>
    public bool IsOf(ImageWork work) => Try == work.Try && (Accepted == work.Accepted || Accepted == default);
}
