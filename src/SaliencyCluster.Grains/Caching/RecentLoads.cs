namespace SaliencyCluster.Grains.Caching;

/// <summary>What is needed again and again, loaded once however many ask and kept while it was used lately. Thread-safe.</summary>
/// <typeparam name="T">What is loaded.</typeparam>
/// <param name="most">The greatest sum of sizes to keep; the last one is kept whatever its size.</param>
/// <param name="size">Gets the size of one.</param>
internal sealed class RecentLoads<T>(long most, Func<T, long> size)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(string Key, Task<T> Value)> _entries = [];

    /// <summary>Gets one, loading it where it is not kept; concurrent callers share that, and a failure is forgotten.</summary>
    /// <param name="key">What tells it from others.</param>
    /// <param name="load">Loads it.</param>
    public async Task<T> GetAsync(string key, Func<Task<T>> load)
    {
        var value = Find(key, load);
        try
        {
            var loaded = await value;
            lock (_gate) Trim();
            return loaded;
        }
        catch
        {
            lock (_gate)
            {
                if (_entries.FirstOrDefault(e => e.Value == value) is { Value: not null } entry) _entries.Remove(entry);
            }
            throw;
        }
    }

    private Task<T> Find(string key, Func<Task<T>> load)
    {
        lock (_gate)
        {
            for (var node = _entries.First; node is not null; node = node.Next)
            {
                if (node.Value.Key != key) continue;
                _entries.Remove(node);
                _entries.AddFirst(node);
                return node.Value.Value;
            }
            return _entries.AddFirst((key, load())).Value.Value;
        }
    }

    private void Trim()
    {
        while (_entries.Count > 1 && _entries.Sum(e => Size(e.Value)) > most) _entries.RemoveLast();
    }

    private long Size(Task<T> value) => value.IsCompletedSuccessfully ? size(value.Result) : 0;
}
