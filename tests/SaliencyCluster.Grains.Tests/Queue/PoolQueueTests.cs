using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Tests.Queue;

public sealed class PoolQueueTests
{
    private readonly QueueBench _bench = new();

    [Fact]
    public void Every_shard_is_leased_once()
    {
        _bench.Publish("t/j/0", 13);
        var leases = _bench.Acquire("a", maxPoints: 40, maxLeases: 99);
        Assert.Equal(Enumerable.Range(0, 13), leases.SelectMany(l => Enumerable.Range(l.Shards.First, l.Shards.Count)));
        Assert.Empty(_bench.Acquire("b"));
    }

    [Fact]
    public void A_device_that_has_enough_batch_work_gets_interactive_work_only()
    {
        _bench.Publish("t/batch/0", 8);
        var request = new AcquireRequest(QueueBench.Device("a"), 10, 1, [], TimeSpan.Zero, InteractiveOnly: true);
        Assert.Empty(_bench.Queue.Acquire(request, _bench.Now));
        _bench.Publish("t/person/0", 1, JobPriority.Interactive);
        var lease = Assert.Single(_bench.Queue.Acquire(request, _bench.Now));
        Assert.Equal(("t/person/0", JobPriority.Interactive), (lease.Image, lease.Priority));
        Assert.Empty(_bench.Queue.Acquire(request, _bench.Now));
    }

    [Fact]
    public void A_worker_of_an_older_version_gets_no_work_that_it_would_compute_otherwise()
    {
        _bench.Queue.Publish(QueueBench.Ticket("t/new/0", 2) with { Level = 1 }, _bench.Now);
        AcquireRequest Ask(string device, int level) => new(QueueBench.Device(device), 10, 1, [], TimeSpan.Zero, Level: level);
        Assert.Empty(_bench.Queue.Acquire(Ask("old", 0), _bench.Now));

        // Others' work is not held up by it, and a newer worker gets it.
        _bench.Publish("t/plain/0", 1);
        Assert.Equal("t/plain/0", Assert.Single(_bench.Queue.Acquire(Ask("old", 0), _bench.Now)).Image);
        var first = Assert.Single(_bench.Queue.Acquire(Ask("new", 1), _bench.Now));
        Assert.Equal("t/new/0", first.Image);
        _bench.Done("new", first);

        // Nor is a slow shard of it repeated there.
        var last = Assert.Single(_bench.Queue.Acquire(Ask("new", 1), _bench.Now));
        for (var i = 0; i < 3; i++)
        {
            _bench.Pass(4);
            _bench.Report("new", holds: [last]);
        }
        Assert.DoesNotContain(_bench.Queue.Acquire(Ask("idle", 0), _bench.Now), l => l.Image == "t/new/0");
        Assert.NotEmpty(_bench.Queue.Acquire(Ask("idle", 1), _bench.Now));
    }

    [Fact]
    public void A_device_gets_no_more_than_its_part_while_others_serve_too()
    {
        foreach (var device in new[] { "a", "b", "c", "d" }) _bench.Report(device);
        _bench.Publish("t/j/0", 8);
        Assert.Equal(new ShardRange(0, 2), _bench.One("a", maxPoints: 1000).Shards);
    }

    [Fact]
    public void Shards_of_a_dead_silo_go_to_another_device_with_the_next_attempt()
    {
        _bench.Publish("t/j/0", 1);
        var lease = _bench.One("a");
        _bench.Left("a");
        var again = _bench.One("b");
        Assert.Equal((lease.Shards, 2), (again.Shards, again.Attempt));
        Assert.Equal([lease.Id], _bench.Report("a", holds: [lease]).Dropped);
    }

    [Fact]
    public void A_lease_runs_out_without_reports_and_lasts_with_them()
    {
        _bench.Publish("t/j/0", 1);
        _bench.Publish("t/j/1", 1);
        var (kept, lost) = (_bench.One("a"), _bench.One("b"));
        _bench.Pass(6);
        _bench.Report("a", holds: [kept]);
        _bench.Pass(6);
        Assert.Equal([kept.Id], _bench.Queue.Leases.All.Select(l => l.Lease.Id));
        Assert.Equal(lost.Image, _bench.One("c").Image);
        Assert.Equal(1, _bench.Queue.Lost);
    }

    [Fact]
    public void Shards_that_a_leaving_device_returns_are_not_counted_as_attempts()
    {
        _bench.Publish("t/j/0", 1);
        for (var i = 0; i < 10; i++)
        {
            var lease = _bench.One($"d{i}");
            Assert.Equal(1, lease.Attempt);
            _bench.Report($"d{i}", ended: [new(lease.Id, LeaseEnding.Returned)], draining: true);
        }
        Assert.Null(_bench.Publish("t/j/0", 1).Poison);
        Assert.Empty(_bench.Acquire("d0"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_leaving_device_was_granted_and_never_heard_of_is_returned_and_not_lost(bool leaves)
    {
        _bench.Publish("t/j/0", 4);
        _bench.Report("a");
        var lease = _bench.One("a");
        _bench.Report("a", draining: true);
        if (leaves) _bench.Left("a");
        else _bench.Pass(11);
        Assert.Equal((0, 1), (_bench.Queue.Lost, _bench.Queue.ReturnedByDrain));
        var again = _bench.One("b");
        Assert.Equal((lease.Shards, 1), (again.Shards, again.Attempt));
    }

    [Fact]
    public void A_worker_that_an_operator_drains_gets_nothing_until_it_is_resumed_and_is_told()
    {
        _bench.Publish("t/j/0", 4);
        _bench.Report("a");
        Assert.Equal((1, 0), (_bench.Queue.Drain("a", drain: true), _bench.Queue.Drain("nobody", drain: true)));
        Assert.Empty(_bench.Acquire("a"));
        Assert.Equal((true, 0), (_bench.Report("a", draining: true).Drain, _bench.Queue.Devices.Serving));
        _bench.Queue.Drain("a", drain: false);
        Assert.Equal(1, _bench.Queue.Devices.Serving);
        Assert.Equal(false, _bench.Report("a").Drain);
        Assert.NotEmpty(_bench.Acquire("a"));
    }

    [Fact]
    public void A_shard_that_ends_three_workers_is_poison_and_its_neighbours_are_not_blamed()
    {
        _bench.Publish("t/j/0", 4);
        _bench.Report("b");
        var block = _bench.One("w0", maxPoints: 40);
        Assert.True(block.Shards.Count > 1);
        _bench.Left("w0");
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            var alone = _bench.One($"w{attempt}", maxPoints: 40);
            Assert.Equal((new ShardRange(0, 1), attempt), (alone.Shards, alone.Attempt));
            Assert.Null(_bench.Publish("t/j/0", 4).Poison);
            _bench.Left($"w{attempt}");
        }
        Assert.Equal("SAL4101", _bench.Publish("t/j/0", 4).Poison?.Code);
        Assert.Empty(_bench.Acquire("b"));
    }

    [Fact]
    public void A_worker_was_ended_by_what_it_had_alone_in_hand_at_the_last_attempt_and_by_nothing_else()
    {
        _bench.Publish("t/j/0", 1, model: "poison");
        _bench.Publish("t/j/1", 1, model: "innocent");
        foreach (var worker in new[] { "w1", "w2" })
        {
            Assert.Equal(2, _bench.Acquire(worker, maxLeases: 2).Count);
            Assert.Null(_bench.Left(worker));
        }
        var alone = _bench.One("w3");
        Assert.Equal((alone, "poison"), (_bench.Left("w3")?.Lease, alone.ModelHash));
        Assert.Null(_bench.Left("w3"));

        // One that leaves in good order and has no time left takes its last shard along.
        var last = _bench.One("w4");
        _bench.Report("w4", holds: [last], draining: true);
        Assert.Null(_bench.Left("w4"));
    }

    [Fact]
    public void A_shard_that_is_lost_with_the_workers_that_another_one_ends_is_not_given_up()
    {
        _bench.Publish("t/j/0", 1);
        _bench.Publish("t/j/1", 1);
        foreach (var worker in new[] { "w1", "w2" })
        {
            Assert.Equal(2, _bench.Acquire(worker, maxLeases: 2).Count);
            _bench.Left(worker);
        }
        Assert.Equal("t/j/0", Assert.Single(_bench.Acquire("w3", maxLeases: 2)).Image);
        Assert.Empty(_bench.Acquire("w3", maxLeases: 2));
        _bench.Left("w3");
        Assert.Equal("SAL4101", _bench.Publish("t/j/0", 1).Poison?.Code);
        _bench.Done("w4", _bench.One("w4"));
        Assert.Null(_bench.Publish("t/j/1", 1).Poison);
    }

    [Fact]
    public void What_a_dead_worker_was_never_heard_to_hold_is_not_counted_as_an_attempt()
    {
        _bench.Publish("t/j/0", 1);
        Assert.False(Assert.Single(_bench.AcquireConfirming("w0")).Confirm);
        _bench.Left("w0");
        for (var i = 1; i <= 20; i++)
        {
            _bench.Publish("t/j/0", 1);
            var lease = Assert.Single(_bench.AcquireConfirming($"w{i}"));
            Assert.Equal((2, true), (lease.Attempt, lease.Confirm));
            if (i % 2 == 0) Assert.Null(_bench.Left($"w{i}"));
            else _bench.Pass(11);
        }
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            Assert.Null(_bench.Publish("t/j/0", 1).Poison);
            var held = Assert.Single(_bench.AcquireConfirming($"holds{attempt}"));
            Assert.Equal(attempt, held.Attempt);
            _bench.Report($"holds{attempt}", holds: [held]);
            Assert.Equal(attempt == 3, _bench.Left($"holds{attempt}") is not null);
        }
        Assert.Equal("SAL4101", _bench.Publish("t/j/0", 1).Poison?.Code);
    }

    [Fact]
    public void What_ends_every_worker_before_it_says_that_it_holds_it_is_given_up_in_the_end()
    {
        _bench.Publish("t/j/0", 1);
        for (var i = 0; i < 23; i++)
        {
            Assert.Null(_bench.Publish("t/j/0", 1).Poison);
            Assert.Single(_bench.AcquireConfirming($"w{i}"));
            _bench.Left($"w{i}");
        }
        Assert.Equal("SAL4101", _bench.Publish("t/j/0", 1).Poison?.Code);
    }

    [Fact]
    public void What_a_model_does_that_has_ended_a_worker_is_by_itself_from_the_first_attempt_on()
    {
        _bench.Publish("t/j/0", 1, model: "poison");
        for (var i = 1; i <= 3; i++)
        {
            _bench.One($"w{i}");
            Assert.Equal(i == 3, _bench.Left($"w{i}") is not null);
        }
        _bench.Publish("t/j/1", 1, model: "poison");
        _bench.Publish("t/j/2", 1, model: "innocent");
        Assert.Equal("t/j/1", Assert.Single(_bench.Acquire("w4", maxLeases: 2)).Image);
        // By itself it has ended one, which may be chance; the second time it is not.
        Assert.Null(_bench.Left("w4"));
        Assert.Equal("t/j/1", Assert.Single(_bench.Acquire("w5", maxLeases: 2)).Image);
        Assert.Empty(_bench.Acquire("w5"));
        Assert.Equal("poison", _bench.Left("w5")?.Lease.ModelHash);

        // For a while: what was chance does not slow a model down for ever.
        _bench.Pass(601);
        _bench.Publish("t/j/1", 1, model: "poison");
        _bench.Publish("t/j/2", 1, model: "innocent");
        Assert.Equal(2, _bench.Acquire("w6", maxLeases: 2).Count);
    }

    [Fact]
    public void A_shard_that_must_be_alone_is_not_repeated_on_a_device_that_holds_others()
    {
        _bench.Publish("t/known/0", 1);
        _bench.Done("w0", _bench.One("w0"));
        _bench.Publish("t/j/0", 1);
        _bench.One("w1");
        _bench.Left("w1");
        _bench.One("w2");
        _bench.Left("w2");
        var alone = _bench.One("w3");
        _bench.Publish("t/j/1", 1);
        var other = _bench.One("w4");
        for (var i = 0; i < 3; i++)
        {
            _bench.Pass(4);
            _bench.Report("w3", holds: [alone]);
            _bench.Report("w4", holds: [other]);
        }
        Assert.Empty(_bench.Acquire("w4"));
        Assert.Equal("t/j/0", _bench.One("w5").Image);
    }

    [Fact]
    public void Leases_do_not_run_out_while_the_queue_itself_was_away()
    {
        _bench.Publish("t/j/0", 1);
        _bench.One("a");
        _bench.Queue.WasAway(TimeSpan.FromSeconds(20));
        _bench.Pass(20);
        Assert.Equal(0, _bench.Queue.Lost);
        _bench.Pass(11);
        Assert.Equal(1, _bench.Queue.Lost);
    }

    [Fact]
    public void A_device_whose_work_always_fails_pauses_and_does_not_use_up_the_attempts_of_a_shard()
    {
        _bench.Publish("t/j/0", 1);
        _bench.Report("good");
        for (var pause = 1; pause <= 16; pause *= 2)
        {
            Fail("bad", _bench.One("bad"));
            Assert.Null(_bench.Publish("t/j/0", 1).Poison);
            _bench.Pass(pause - 0.5);
            Assert.Empty(_bench.Acquire("bad"));
            _bench.Report("good");
            _bench.Pass(1);
            _bench.Publish("t/j/0", 1);
        }
        _bench.Done("good", _bench.One("good"));
        Assert.Equal(0, _bench.Queue.Leases.Count);
    }

    [Fact]
    public void A_shard_at_which_all_devices_fail_is_given_up_after_three_attempts_with_the_last_reason()
    {
        _bench.Publish("t/j/0", 1);
        Fail("a", _bench.One("a"));
        Fail("b", _bench.One("b"));
        Assert.Null(_bench.Publish("t/j/0", 1).Poison);
        _bench.Pass(2);
        Fail("a", _bench.One("a"));
        var poison = _bench.Publish("t/j/0", 1).Poison;
        Assert.Equal("SAL4102", poison?.Code);
        Assert.Contains("3 times", poison?.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_succeeds_again_pauses_as_shortly_as_after_its_first_failure()
    {
        _bench.Publish("t/j/0", 9);
        _bench.Report("b");
        Fail("a", _bench.One("a"));
        _bench.Pass(1);
        Fail("a", _bench.One("a"));
        _bench.Pass(2);
        _bench.Done("a", _bench.One("a"));
        Fail("a", _bench.One("a"));
        _bench.Pass(1);
        Assert.Single(_bench.Acquire("a"));
    }

    [Fact]
    public void What_every_device_would_refuse_is_not_tried_again()
    {
        _bench.Publish("t/j/0", 4);
        var lease = _bench.One("a");
        _bench.Report("a", ended: [new(lease.Id, LeaseEnding.Refused, new("SAL1101", "no rule", "another method"))]);
        Assert.Equal(new ErrorInfo("SAL1101", "no rule", "another method"), _bench.Publish("t/j/0", 4).Poison);
    }

    [Fact]
    public void An_idle_device_repeats_a_straggler_and_the_slower_one_is_told_to_stop()
    {
        _bench.Publish("t/j/0", 2);
        _bench.Done("a", _bench.One("a"));
        var slow = _bench.One("slow");
        Assert.Empty(_bench.Acquire("b"));
        _bench.Pass(4);
        var twin = _bench.One("b");
        Assert.Equal(slow.Shards, twin.Shards);
        Assert.Empty(_bench.Acquire("c"));
        _bench.Done("b", twin);
        Assert.Equal([slow.Id], _bench.Report("slow", holds: [slow]).Dropped);
    }

    [Fact]
    public void Withdrawn_images_are_dropped_by_their_devices()
    {
        _bench.Publish("t/j/0", 2);
        var lease = _bench.One("a");
        _bench.Queue.Withdraw("t/j/0", _bench.Now);
        Assert.Equal([lease.Id], _bench.Report("a", holds: [lease]).Dropped);
        Assert.Empty(_bench.Acquire("b"));
    }

    [Fact]
    public void What_was_done_of_a_withdrawn_image_counts_although_its_device_was_told_to_drop_it()
    {
        _bench.Publish("t/j/0", 2);
        var lease = _bench.One("a");
        _bench.Queue.Withdraw("t/j/0", _bench.Now);
        _bench.Report("a", holds: [lease]);
        _bench.Done("a", lease);
        Assert.Equal(10, _bench.Queue.Devices.All.Single().PointsDone);
    }

    [Fact]
    public void A_new_activation_of_the_queue_takes_over_the_leases_that_devices_hold()
    {
        _bench.Publish("t/j/0", 2);
        var lease = _bench.One("a");
        var next = new QueueBench();
        Assert.Empty(next.Report("a", holds: [lease]).Dropped);
        next.Publish("t/j/0", 2);
        Assert.Empty(next.Report("a", holds: [lease]).Dropped);
        Assert.Equal(new ShardRange(1, 1), next.One("b").Shards);
        Assert.Empty(next.Acquire("b"));
    }

    [Fact]
    public void A_new_activation_of_the_aggregator_gets_back_the_shards_whose_sums_it_lost()
    {
        _bench.Publish("t/j/0", 2);
        _bench.Done("a", _bench.One("a"));
        var held = _bench.One("a");
        _bench.Queue.Publish(QueueBench.Ticket("t/j/0", 2, owner: Guid.NewGuid()), _bench.Now);
        var again = _bench.One("b");
        Assert.Equal((new ShardRange(0, 1), new ShardRange(1, 1)), (again.Shards, held.Shards));
    }

    [Fact]
    public void Shards_that_are_said_to_be_done_and_whose_sums_the_aggregator_lacks_are_offered_again()
    {
        _bench.Publish("t/j/0", 2);
        var (done, held) = (_bench.One("a"), _bench.One("b"));
        // The aggregator died with the sum before the device reported; its next activation offers the shards while the lease lasts.
        _bench.Queue.Publish(QueueBench.Ticket("t/j/0", 2, owner: Guid.NewGuid()), _bench.Now);
        _bench.Done("a", done);
        Assert.Empty(_bench.Acquire("c"));
        _bench.Queue.Publish(_bench.Queue.Tickets.Single().Ticket, _bench.Now);
        Assert.Empty(_bench.Acquire("c"));
        _bench.Queue.Publish(_bench.Queue.Tickets.Single().Ticket, _bench.Now);
        Assert.Equal(done.Shards, _bench.One("c").Shards);
        Assert.Equal([done.Shards, held.Shards], _bench.Queue.Leases.All.Select(l => l.Lease.Shards).OrderBy(s => s.First));
    }

    [Fact]
    public void An_offer_that_a_report_has_overtaken_does_not_bring_back_what_is_done()
    {
        _bench.Publish("t/j/0", 2);
        _bench.Done("a", _bench.One("a"));
        _bench.Publish("t/j/0", 2);
        Assert.Equal(new ShardRange(1, 1), _bench.One("b").Shards);
        Assert.Empty(_bench.Acquire("c"));
    }

    [Fact]
    public void Tickets_that_nobody_offers_any_more_are_forgotten()
    {
        _bench.Publish("t/j/0", 2);
        _bench.Pass(31);
        Assert.Empty(_bench.Queue.Tickets);
        Assert.Empty(_bench.Acquire("a"));
    }

    [Fact]
    public void The_description_counts_what_waits_and_estimates_the_time_from_measured_rates()
    {
        _bench.Publish("t/j/0", 4);
        _bench.Done("a", _bench.One("a"), seconds: 0.5);
        _bench.One("a");
        _bench.Pass(2);
        var pool = _bench.Queue.Describe("default", _bench.Now);
        Assert.Equal((20L, 10L, 1, 1.5, 2.0), (pool.QueuedPoints, pool.LeasedPoints, pool.Images, pool.BacklogDeviceSeconds, pool.OldestWaitSeconds));
        Assert.Equal((20.0, 10L, 10L), (pool.Devices[0].PointsPerSecond, pool.Devices[0].PointsDone, pool.Devices[0].LeasedPoints));
    }

    private void Fail(string device, Lease lease) =>
        _bench.Report(device, ended: [new(lease.Id, LeaseEnding.Failed, new("SAL4102", "arrived damaged", "check"))]);
}
