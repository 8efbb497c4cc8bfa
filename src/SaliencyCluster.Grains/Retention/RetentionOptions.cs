namespace SaliencyCluster.Grains.Retention;

/// <summary>How long ended jobs and blobs without use are kept. Part of the section <c>Saliency:Cluster</c>.</summary>
public sealed record RetentionOptions
{
    /// <summary>Gets how long a job is kept after its end, with its results.</summary>
    /// <value>From 1 min to 10 years. The default is 7 days.</value>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Gets how old a blob must be before it is removed because nothing refers to it: longer than any upload of a job takes.</summary>
    /// <value>From 10 min to 1 year. The default is 1 day.</value>
    public TimeSpan BlobGrace { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets how often ended jobs and blobs are looked at.</summary>
    /// <value>From 1 min to 7 days. The default is 1 h.</value>
    public TimeSpan SweepPeriod { get; init; } = TimeSpan.FromHours(1);
}
