using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue;

/// <summary>A set of shard indexes kept as sorted ranges that neither touch nor overlap.</summary>
internal sealed class RangeSet
{
    private readonly List<ShardRange> _ranges = [];

    /// <summary>Gets the number of indexes.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the ranges in order.</summary>
    public IReadOnlyList<ShardRange> Ranges => _ranges;

    /// <summary>Adds indexes; those already in are left alone.</summary>
    public void Add(ShardRange range)
    {
        var at = _ranges.FindIndex(r => r.End >= range.First);
        if (at < 0) at = _ranges.Count;
        var (first, end) = (range.First, range.End);
        while (at < _ranges.Count && _ranges[at].First <= end)
        {
            (first, end) = (Math.Min(first, _ranges[at].First), Math.Max(end, _ranges[at].End));
            RemoveAt(at);
        }
        InsertAt(at, first, end);
    }

    /// <summary>Removes indexes; those that are not in are left alone.</summary>
    public void Remove(ShardRange range)
    {
        for (var i = 0; i < _ranges.Count;)
        {
            var old = _ranges[i];
            if (old.End <= range.First) { i++; continue; }
            if (old.First >= range.End) return;
            RemoveAt(i);
            if (old.First < range.First) InsertAt(i++, old.First, range.First);
            if (old.End > range.End) InsertAt(i++, range.End, old.End);
        }
    }

    /// <summary>Says whether every index of a range is in.</summary>
    public bool Contains(ShardRange range) => _ranges.Exists(r => r.First <= range.First && r.End >= range.End);

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        _ranges.Clear();
        Count = 0;
    }

    /// <summary>
    /// Takes the lowest index and as many after it as make an aligned block: 2^k indexes from a multiple of 2^k on.
    /// </summary>
    /// <param name="max">The most indexes to take, at least 1.</param>
    public ShardRange TakeBlock(int max)
    {
        var from = _ranges[0];
        var size = 1;
        while (2 * size <= Math.Min(max, from.Count) && from.First % (2 * size) == 0) size *= 2;
        var block = new ShardRange(from.First, size);
        Remove(block);
        return block;
    }

    private void RemoveAt(int index)
    {
        Count -= _ranges[index].Count;
        _ranges.RemoveAt(index);
    }

    private void InsertAt(int index, int first, int end)
    {
        _ranges.Insert(index, new(first, end - first));
        Count += end - first;
    }
}
