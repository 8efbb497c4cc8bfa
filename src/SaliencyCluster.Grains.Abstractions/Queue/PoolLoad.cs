namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>How much work a pool has and had lately: what scaling decides from.</summary>
/// <param name="Now">The work there is.</param>
/// <param name="Window">The most work of each part of the window that scale-down waits for.</param>
/// <param name="HadWork">Whether there was any in that window.</param>
/// <param name="MeanBusy">Devices that held work, mean over that window.</param>
/// <param name="Workers">Worker processes that serve the pool and are not leaving.</param>
/// <param name="Floor">Workers to keep whatever else is known: those that were there when the queue started anew, until it has
/// watched for a whole window; 0 after that.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.PoolLoad")]
public sealed record PoolLoad(
    [property: Id(0)] WorkLoad Now, [property: Id(1)] IReadOnlyList<WorkLoad> Window, [property: Id(2)] bool HadWork,
    [property: Id(3)] double MeanBusy, [property: Id(4)] int Workers, [property: Id(5)] int Floor)
{
    /// <summary>Gets the load as those workers of the pool see it whose devices are of one provider: their own devices and rates, and
    /// the others as help. Null from a silo of 0.1.</summary>
    [Id(6)] public IReadOnlyDictionary<string, PoolLoad>? Providers { get; init; }

    /// <summary>Gets the load for the workers of a provider; of the whole pool where none is named.</summary>
    public PoolLoad Of(string? provider) => provider is null ? this : Providers?.GetValueOrDefault(provider) ?? this;
}

/// <summary>The work of a pool at one time.</summary>
/// <param name="BacklogSeconds">What is queued, leased or announced, in seconds of one device at measured rates.</param>
/// <param name="UnmeasuredSeconds">What is of kinds that have not been measured yet, in seconds of one device at the assumed rate.</param>
/// <param name="Arriving">What arrives as a stream, in seconds of one device a second. A single burst is no stream.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.WorkLoad")]
public readonly record struct WorkLoad(
    [property: Id(0)] double BacklogSeconds, [property: Id(1)] double UnmeasuredSeconds, [property: Id(2)] double Arriving)
{
    /// <summary>Gets what other workers of the pool do meanwhile, in seconds of one device a second; only in
    /// <see cref="PoolLoad.Providers"/>.</summary>
    [Id(3)] public double Others { get; init; }

    /// <summary>Gets the seconds that count.</summary>
    /// <param name="target">In which time the work should be done.</param>
    /// <param name="unmeasured">How many workers work that was never measured may ask for.</param>
    public double SecondsFor(TimeSpan target, int unmeasured) =>
        BacklogSeconds + Math.Min(UnmeasuredSeconds, unmeasured * target.TotalSeconds);
}
