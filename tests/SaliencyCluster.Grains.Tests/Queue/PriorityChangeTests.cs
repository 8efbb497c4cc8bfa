using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Tests.Queue;

/// <summary>An aggregator begins anew after a crash and offers its round with another priority than before.</summary>
public sealed class PriorityChangeTests
{
    private readonly QueueBench _bench = new();

    [Theory]
    [InlineData(JobPriority.Batch, JobPriority.Interactive)]
    [InlineData(JobPriority.Interactive, JobPriority.Batch)]
    public void A_ticket_whose_priority_changed_is_served_and_withdrawn_as_what_it_is_now(JobPriority before, JobPriority after)
    {
        _bench.Queue.Publish(QueueBench.Ticket("t/changed/0", 8, before), _bench.Now);
        _bench.Queue.Publish(QueueBench.Ticket("t/changed/0", 8, after, owner: Guid.NewGuid()), _bench.Now);
        _bench.Publish("t/other/0", 8, JobPriority.Batch);
        if (after == JobPriority.Interactive)
            // Of more, batch work would have its eighth.
            Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal("t/changed/0", _bench.One("a").Image));
        else
            Assert.Equal(["t/changed/0", "t/other/0"], Enumerable.Range(0, 2).Select(_ => _bench.One("a").Image).Order());
        _bench.Queue.Withdraw("t/changed/0", _bench.Now);
        _bench.Queue.Withdraw("t/other/0", _bench.Now);
        Assert.Empty(_bench.Acquire("a"));
        Assert.Null(_bench.Queue.NextModel());
    }

    [Fact]
    public void A_ticket_whose_priority_changed_pays_for_what_it_gets()
    {
        _bench.Queue.Publish(QueueBench.Ticket("t/changed/0", 100, JobPriority.Interactive), _bench.Now);
        _bench.Queue.Publish(QueueBench.Ticket("t/changed/0", 100, JobPriority.Batch, owner: Guid.NewGuid()), _bench.Now);
        _bench.Publish("t/other/0", 100);
        var images = Enumerable.Range(0, 40).Select(_ => _bench.One("a").Image).CountBy(i => i).ToDictionary();
        Assert.Equal((20, 20), (images["t/changed/0"], images["t/other/0"]));
    }
}
