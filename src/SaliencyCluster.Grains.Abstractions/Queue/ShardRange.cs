namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>Neighbouring shards of one round.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Count">Number of shards, at least 1.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ShardRange")]
public readonly record struct ShardRange([property: Id(0)] int First, [property: Id(1)] int Count)
{
    /// <summary>Gets the index after the last.</summary>
    public int End => First + Count;

    /// <inheritdoc/>
    public override string ToString() => $"[{First},{End})";
}
