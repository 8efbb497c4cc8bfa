namespace SaliencyCluster.Runtime.Sessions;

/// <summary>
/// The derived models that were used last. A randomisation test uses one state of a model after another with some graphs each: kept until the
/// memory budget is full they would take all of it, and none is used again. Thread-safe.
/// </summary>
internal sealed class TransientModels
{
    /// <summary>As many as batches of an evaluation may be under way at a time.</summary>
    public const int Kept = 4;

    private readonly Lock _gate = new();
    private readonly LinkedList<string> _newestFirst = [];

    /// <summary>Takes note of a use; returns the model that is done with by it, if any.</summary>
    public string? Use(string hash)
    {
        lock (_gate)
        {
            if (_newestFirst.First?.Value == hash) return null;
            _newestFirst.Remove(hash);
            _newestFirst.AddFirst(hash);
            if (_newestFirst.Count <= Kept) return null;
            var oldest = _newestFirst.Last!.Value;
            _newestFirst.RemoveLast();
            return oldest;
        }
    }
}
