using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Prepared;

namespace SaliencyCluster.Runtime.Graphs;

/// <summary>Keeps the compiled graphs that were used last, up to a number of bytes; concurrent callers share one compilation.</summary>
internal sealed class GraphCache(long budgetBytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Entry> _newestFirst = new();

    /// <summary>Gets a graph, compiling it on this thread where it is not kept.</summary>
    public ExplanationGraph Get(GraphSource source)
    {
        var entry = Touch(source);
        try
        {
            var graph = entry.Graph.Value;
            Trim();
            return graph;
        }
        catch
        {
            lock (_gate) _newestFirst.Remove(entry);
            throw;
        }
    }

    /// <summary>Lets go of a graph that will not be asked for again.</summary>
    public void Forget(GraphKey key)
    {
        lock (_gate)
        {
            if (_newestFirst.FirstOrDefault(e => e.Key == key) is { } entry) _newestFirst.Remove(entry);
        }
    }

    private Entry Touch(GraphSource source)
    {
        lock (_gate)
        {
            var entry = _newestFirst.FirstOrDefault(e => e.Key == source.Key) ?? new Entry(source.Key, new Lazy<ExplanationGraph>(source.Compile));
            _newestFirst.Remove(entry);
            _newestFirst.AddFirst(entry);
            return entry;
        }
    }

    private void Trim()
    {
        lock (_gate)
        {
            // What is still compiled has no size yet; whoever compiles it trims again.
            var done = _newestFirst.Where(e => e.Graph.IsValueCreated).ToList();
            var bytes = done.Sum(e => (long)e.Graph.Value.Model.Length);
            for (var i = done.Count - 1; i >= 0 && bytes > budgetBytes; i--)
            {
                bytes -= done[i].Graph.Value.Model.Length;
                _newestFirst.Remove(done[i]);
            }
        }
    }

    // A class, not a record: entries are told apart by identity.
    private sealed class Entry(GraphKey key, Lazy<ExplanationGraph> graph)
    {
        public GraphKey Key => key;

        public Lazy<ExplanationGraph> Graph => graph;
    }
}
