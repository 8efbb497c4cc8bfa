using System.Diagnostics.CodeAnalysis;

namespace SaliencyCluster.Grains.Queue;

/// <summary>A dictionary of what was used last, for objects that live as long as the cluster: keys come and go, and so must what is kept of them.</summary>
/// <param name="kept">The most entries.</param>
internal sealed class RecentTable<TKey, TValue>(int kept) where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = [];

    public int Count => _nodes.Count;

    /// <summary>Gets an entry and takes note that it is in use.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }
        _order.Remove(node);
        _order.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    /// <summary>Gets an entry, made where there is none; the one that was not used for longest goes for it.</summary>
    public TValue GetOrAdd(TKey key, Func<TValue> make)
    {
        if (TryGet(key, out var value)) return value;
        if (_nodes.Count == kept)
        {
            _nodes.Remove(_order.Last!.Value.Key);
            _order.RemoveLast();
        }
        _nodes[key] = _order.AddFirst((key, make()));
        return _nodes[key].Value.Value;
    }

    /// <summary>Keeps a value in place of the one before.</summary>
    public void Set(TKey key, TValue value)
    {
        if (_nodes.Remove(key, out var node)) _order.Remove(node);
        GetOrAdd(key, () => value);
    }

    /// <summary>Adds a key; false where it was there.</summary>
    public bool Add(TKey key, TValue value)
    {
        if (TryGet(key, out _)) return false;
        GetOrAdd(key, () => value);
        return true;
    }
}
