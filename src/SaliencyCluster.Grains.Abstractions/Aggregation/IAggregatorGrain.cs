namespace SaliencyCluster.Grains.Abstractions.Aggregation;

/// <summary>Explains one image: publishes rounds, reduces what workers send, finishes. The key is a <see cref="Keys.ImageKey"/>.</summary>
/// <remarks>This interface is what watchers see; workers and the job use another one of the same grain.</remarks>
[Version(1), Alias("saliency.v1.IAggregatorGrain")]
public interface IAggregatorGrain : IGrainWithStringKey
{
    /// <summary>
    /// Waits until there is a newer version than <paramref name="knownVersion"/>, at most 10 s, and returns the newest.
    /// </summary>
    /// <param name="knownVersion">What the call before returned; -1 at first.</param>
    /// <param name="withMap">Whether the partial map is wanted.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <remarks>A slow watcher misses versions and never slows the work down. Versions start again after the death of the silo, so
    /// after a failed call pass -1. Before the job has started the image, progress is zero.</remarks>
    [Alias("WaitForProgress")]
    Task<ImageProgress> WaitForProgressAsync(long knownVersion, bool withMap, CancellationToken ct = default);
}
