using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Reduction;

/// <summary>
/// Sums the partials of one round along a binary tree fixed by shard index, so that the bits of the total do not depend
/// on the order in which partials arrive, on repeated ones, or on which aligned subtrees were combined on the way.
/// </summary>
/// <remarks>
/// Node <c>(level, index)</c> is the sum of its two children; a node without a right sibling stands for its parent too.
/// Siblings are merged as soon as both are there, so that little is held: one node per level when shards come in order.
/// </remarks>
public sealed class ReductionTree
{
    private readonly PointReduction _reduction;
    private readonly SortedDictionary<int, Partial> _nodes = [];

    /// <summary>Makes an empty tree.</summary>
    /// <param name="shards">Number of leaves, at least 1.</param>
    /// <param name="reduction">How the round's maps are combined.</param>
    public ReductionTree(int shards, PointReduction reduction = PointReduction.WeightedSum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        Shards = shards;
        Height = shards == 1 ? 0 : System.Numerics.BitOperations.Log2((uint)shards - 1) + 1;
        _reduction = reduction;
    }

    /// <summary>Gets the number of leaves.</summary>
    public int Shards { get; }

    /// <summary>Gets the level of the root.</summary>
    public int Height { get; }

    /// <summary>Gets the number of shards that have arrived.</summary>
    public int ShardsDone => _nodes.Values.Sum(n => End(n) - First(n));

    /// <summary>Gets the sum of all shards, or null while some are missing.</summary>
    public Partial? Root => _nodes.Count == 1 && _nodes.Values.First() is { } node && node.Level == Height ? node : null;

    /// <summary>Gets the largest sums so far, by shard; together they cover what has arrived.</summary>
    public IReadOnlyCollection<Partial> Nodes => _nodes.Values;

    /// <summary>Adds a partial unless its shards are all there already.</summary>
    /// <returns>Whether it brought anything new.</returns>
    public bool Add(Partial partial)
    {
        var (first, end) = (First(partial), End(partial));
        if (_nodes.Values.Any(n => First(n) <= first && end <= End(n))) return false;
        // What it covers and was there already is part of it, bit for bit.
        foreach (var covered in _nodes.Keys.Where(k => first <= k && k < end).ToArray()) _nodes.Remove(covered);
        _nodes[first] = partial;
        MergeUpwards(partial);
        return true;
    }

    /// <summary>Says whether a shard has arrived.</summary>
    public bool Has(int shard) => _nodes.Values.Any(n => First(n) <= shard && shard < End(n));

    /// <summary>Gets the first shard that a node covers.</summary>
    public static int First(Partial node) => node.Index << node.Level;

    /// <summary>Gets the shard after the last one that a node covers.</summary>
    public int End(Partial node) => (int)Math.Min(Shards, (long)(node.Index + 1) << node.Level);

    /// <summary>Combines what has arrived, leftovers in the order of their shards; null when nothing has.</summary>
    public Partial? Combine() => Combine(_nodes.Values, _reduction);

    /// <summary>Combines nodes of one tree, in the order of their shards; null when there are none.</summary>
    public static Partial? Combine(IReadOnlyCollection<Partial> nodes, PointReduction reduction) =>
        nodes.Count == 0 ? null : nodes.Aggregate((a, b) => PartialMerge.Neighbours(a, b, reduction));

    private void MergeUpwards(Partial node)
    {
        while (node.Level < Height)
        {
            var sibling = node.Index ^ 1;
            if (sibling << node.Level >= Shards)
            {
                node = node with { Level = node.Level + 1, Index = node.Index / 2 };
            }
            else if (_nodes.TryGetValue(sibling << node.Level, out var other) && other.Level == node.Level)
            {
                node = Merged(node, other);
            }
            else
            {
                return;
            }
            _nodes[First(node)] = node;
        }
    }

    private Partial Merged(Partial added, Partial other)
    {
        var (left, right) = other.Index < added.Index ? (other, added) : (added, other);
        // What was added last goes in any case: sums that do not fit each other must not stay, or the rest would never become whole.
        _nodes.Remove(First(added));
        var parent = PartialMerge.Siblings(left, right, _reduction);
        _nodes.Remove(First(other));
        return parent;
    }
}
