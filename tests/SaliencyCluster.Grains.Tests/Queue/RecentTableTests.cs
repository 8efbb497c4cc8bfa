using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue;
using SaliencyCluster.Grains.Queue.Scaling;

namespace SaliencyCluster.Grains.Tests.Queue;

/// <summary>What long-lived objects keep of keys that come and go is bounded.</summary>
public sealed class RecentTableTests
{
    [Fact]
    public void The_entry_that_was_not_used_for_longest_goes()
    {
        var table = new RecentTable<string, int>(2);
        Assert.True(table.Add("a", 1));
        Assert.True(table.Add("b", 2));
        Assert.False(table.Add("a", 3));
        Assert.Equal(4, table.GetOrAdd("c", () => 4));
        Assert.False(table.TryGet("b", out _));
        Assert.True(table.TryGet("a", out var kept));
        Assert.Equal((1, 2), (kept, table.Count));
    }

    [Fact]
    public void Ten_thousand_randomised_models_leave_the_rates_of_the_last_ones()
    {
        var bench = new QueueBench();
        for (var i = 0; i < 10_000; i++)
        {
            bench.Publish("t/j/0", 1, model: $"model-{i}");
            var lease = bench.One("a");
            bench.Done("a", lease);
            bench.Queue.Withdraw("t/j/0", bench.Now);
        }
        Assert.Equal(WorkSpeeds.Kept, Enumerable.Range(0, 10_000).Count(i => bench.Queue.Speeds.PointsPerSecond(new($"model-{i}", "")) is not null));
        Assert.NotNull(bench.Queue.Speeds.PointsPerSecond(new("model-9999", "")));
    }
}
