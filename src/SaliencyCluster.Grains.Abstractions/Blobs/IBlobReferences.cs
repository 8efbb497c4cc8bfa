namespace SaliencyCluster.Grains.Abstractions.Blobs;

/// <summary>
/// Names the blobs that one kind of stored state refers to. What no source names is removed once it is older than the grace period, so
/// every kind of state that keeps the name of a blob needs a source, registered as a service of gateways.
/// </summary>
/// <remarks>Sources are asked in the order of their registration. A source that can hand a reference on to another kind of state comes
/// before that one: models before jobs, since a job keeps its model's blob after the model was removed.</remarks>
public interface IBlobReferences
{
    /// <summary>Names every blob that is referred to now; some may be named often. A failure ends the whole collection with nothing removed.</summary>
    IAsyncEnumerable<string> ReferencesAsync(CancellationToken ct);
}
