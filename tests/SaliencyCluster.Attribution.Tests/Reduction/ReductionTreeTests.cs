using System.Runtime.InteropServices;
using CsCheck;
using SaliencyCluster.Attribution.Reduction;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Tests.Reduction;

public class ReductionTreeTests
{
    private static readonly Gen<(int Shards, int Seed)> Cases = Gen.Select(Gen.Int[1, 70], Gen.Int[0, 1_000_000]);

    [Fact]
    public void Any_order_with_repeats_gives_the_same_bytes() => Cases.Sample(c =>
    {
        var leaves = Leaves(c.Shards, c.Seed);
        var random = new Random(c.Seed);
        var tree = new ReductionTree(c.Shards);
        foreach (var leaf in leaves.Concat(leaves).OrderBy(_ => random.Next()).ToArray()) tree.Add(leaf);
        foreach (var leaf in leaves) Assert.False(tree.Add(leaf));
        Assert.Equal(Bytes(InOrder(leaves)), Bytes(tree.Root!));
    });

    [Fact]
    public void Combining_aligned_subtrees_on_the_way_gives_the_same_bytes() => Cases.Sample(c =>
    {
        var leaves = Leaves(c.Shards, c.Seed);
        var random = new Random(c.Seed);
        var sent = leaves.ToList();
        // Devices combine random pairs of siblings before they send; some leaves are sent beside their subtree.
        for (var i = 0; i < 3 * c.Shards; i++)
        {
            var left = sent[random.Next(sent.Count)];
            var right = sent.Find(p => p.Level == left.Level && p.Index == left.Index + 1);
            if (left.Index % 2 != 0 || right is null) continue;
            sent.Add(PartialMerge.Siblings(left, right, PointReduction.WeightedSum));
            if (random.Next(2) == 0) sent.RemoveAll(p => p == left || p == right);
        }
        var tree = new ReductionTree(c.Shards);
        foreach (var partial in sent.OrderBy(_ => random.Next()).ToArray()) tree.Add(partial);
        Assert.Equal(Bytes(InOrder(leaves)), Bytes(tree.Root!));
    });

    [Fact]
    public void What_arrived_is_known_at_every_moment() => Cases.Sample(c =>
    {
        var random = new Random(c.Seed);
        var tree = new ReductionTree(c.Shards);
        var arrived = new HashSet<int>();
        Assert.Null(tree.Combine());
        foreach (var leaf in Leaves(c.Shards, c.Seed).OrderBy(_ => random.Next()).ToArray())
        {
            Assert.Null(tree.Root);
            Assert.True(tree.Add(leaf));
            arrived.Add(leaf.Index);
            Assert.Equal(arrived.Order(), Enumerable.Range(0, c.Shards).Where(tree.Has));
            Assert.Equal(arrived.Count, tree.ShardsDone);
            Assert.Equal(arrived.Order().Select(i => (float)i), tree.Combine()!.Scores);
        }
        Assert.NotNull(tree.Root);
    });

    [Fact]
    public void Little_is_held_when_shards_come_in_order()
    {
        var tree = new ReductionTree(1000);
        foreach (var leaf in Leaves(1000, 1))
        {
            tree.Add(leaf);
            Assert.InRange(tree.Nodes.Count, 1, 10);
        }
    }

    [Fact]
    public void Maps_that_are_kept_apart_are_joined_in_order()
    {
        var tree = new ReductionTree(3, PointReduction.Each);
        foreach (var i in new[] { 2, 0, 1 }) tree.Add(new(0, 0, i, new([1, 2], [i, i]), null, [i], null));
        Assert.Equal([3, 2], tree.Root!.Sum!.Shape);
        Assert.Equal([0, 0, 1, 1, 2, 2], tree.Root.Sum.Data);
    }

    [Fact]
    public void Strangers_are_not_merged()
    {
        var leaves = Leaves(3, 1);
        Assert.Throws<ArgumentException>(() => PartialMerge.Siblings(leaves[1], leaves[2], PointReduction.WeightedSum));
    }

    private static Partial[] Leaves(int shards, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shards).Select(i => new Partial(
            0, 0, i, new([3], [random.NextSingle() * 1e3f, random.NextSingle(), random.NextSingle() * 1e-3f]), new([1], [random.NextSingle()]), [i], null))];
    }

    private static Partial InOrder(Partial[] leaves)
    {
        var tree = new ReductionTree(leaves.Length);
        foreach (var leaf in leaves) tree.Add(leaf);
        return tree.Root!;
    }

    private static byte[] Bytes(Partial p) =>
        [.. MemoryMarshal.AsBytes<float>(p.Sum!.Data), .. MemoryMarshal.AsBytes<float>(p.SquaredSum!.Data), .. MemoryMarshal.AsBytes<float>(p.Scores)];
}
