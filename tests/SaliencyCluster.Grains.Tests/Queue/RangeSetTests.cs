using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Tests.Queue;

public sealed class RangeSetTests
{
    [Fact]
    public void Touching_and_overlapping_ranges_become_one()
    {
        var set = Set((0, 2), (4, 2), (2, 2), (5, 4));
        Assert.Equal([new ShardRange(0, 9)], set.Ranges);
        Assert.Equal(9, set.Count);
    }

    [Fact]
    public void Removing_from_the_middle_leaves_both_ends()
    {
        var set = Set((0, 10), (20, 5));
        set.Remove(new(3, 4));
        set.Remove(new(22, 100));
        Assert.Equal([new ShardRange(0, 3), new(7, 3), new(20, 2)], set.Ranges);
        Assert.Equal(8, set.Count);
    }

    [Fact]
    public void Blocks_are_powers_of_two_from_a_multiple_of_their_size()
    {
        var set = Set((3, 18));
        var blocks = new List<ShardRange>();
        while (set.Count > 0) blocks.Add(set.TakeBlock(8));
        Assert.Equal([new(3, 1), new(4, 4), new(8, 8), new(16, 4), new ShardRange(20, 1)], blocks);
    }

    [Fact]
    public void A_block_is_never_larger_than_asked_for() => Assert.Equal(new ShardRange(0, 4), Set((0, 64)).TakeBlock(7));

    [Fact]
    public void Any_order_of_additions_and_removals_gives_the_same_set_as_a_plain_one()
    {
        var random = new Random(5);
        var (set, plain) = (new RangeSet(), new SortedSet<int>());
        for (var step = 0; step < 2000; step++)
        {
            var range = new ShardRange(random.Next(60), random.Next(1, 9));
            var indexes = Enumerable.Range(range.First, range.Count);
            if (random.Next(2) == 0) { set.Add(range); plain.UnionWith(indexes); }
            else { set.Remove(range); plain.ExceptWith(indexes); }
            Assert.Equal(plain, set.Ranges.SelectMany(r => Enumerable.Range(r.First, r.Count)));
            Assert.Equal(plain.Count, set.Count);
        }
    }

    private static RangeSet Set(params (int First, int Count)[] ranges)
    {
        var set = new RangeSet();
        foreach (var (first, count) in ranges) set.Add(new(first, count));
        return set;
    }
}
