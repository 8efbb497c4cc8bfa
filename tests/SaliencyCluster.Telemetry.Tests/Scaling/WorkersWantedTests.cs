using SaliencyCluster.Grains.Queue.Scaling;

namespace SaliencyCluster.Telemetry.Tests.Scaling;

public sealed class WorkersWantedTests
{
    private readonly ScalerBench _bench = new();

    [Fact]
    public void An_empty_pool_needs_nobody()
    {
        _bench.Pass(5);
        Assert.Equal(0, _bench.Wanted);
    }

    [Fact]
    public void Work_at_a_measured_rate_asks_for_the_workers_that_do_it_in_the_target_time()
    {
        _bench.Measure();
        _bench.Offer("t/j/0", 1800);
        _bench.Pass(1);
        Assert.Equal(180, _bench.Load.Now.BacklogSeconds, 6);
        Assert.Equal(3, _bench.Wanted);
    }

    [Fact]
    public void A_device_that_computes_on_several_lanes_is_measured_by_its_own_time_and_not_by_the_wait_for_lanes()
    {
        // The bench reports five times the device's time as passed.
        _bench.Measure();
        Assert.Equal(ScalerBench.PointsPerSecond, _bench.Queue.Devices.All.Single().PointsPerSecond, 6);
    }

    [Fact]
    public void Work_of_an_unknown_model_asks_for_what_the_assumed_rate_needs_but_for_few()
    {
        // 900 points at the assumed 10 a second, in 60 s.
        _bench.Offer("t/j/1", 900, "new");
        _bench.Pass(1);
        Assert.Equal(2, _bench.Wanted);
        _bench.Offer("t/j/0", 1_000_000 - 900, "new");
        _bench.Pass(1);
        Assert.Equal(_bench.Options.UnmeasuredWorkers, _bench.Wanted);
        Assert.Equal(1_000_000 / _bench.Options.AssumedPointsPerSecond, _bench.Load.Now.UnmeasuredSeconds, 3);
    }

    [Fact]
    public void The_first_lease_of_an_unknown_model_lets_the_scaler_ask_for_what_it_really_takes()
    {
        _bench.Offer("t/j/0", 6010, "new");
        _bench.Pass(1);
        var lease = _bench.Acquire("a").Single();
        _bench.Report("a", ended: [new(lease.Id, Grains.Abstractions.Queue.LeaseEnding.Done, Seconds: 1, DeviceSeconds: 1)]);
        _bench.Pass(130, workers: 1, () => _bench.Offer("t/j/0", 6010, "new", done: 1));
        Assert.Equal(10, _bench.Wanted);
    }

    [Fact]
    public void A_model_that_was_measured_with_another_method_is_no_unknown_one()
    {
        _bench.Measure();
        _bench.Queue.Publish(new()
        {
            Image = "t/j/0", Round = 1, Owner = Guid.Empty, Missing = [new(0, 120)], Points = 1200, ShardPoints = 10, ModelHash = "m", Method = "occlusion",
        }, _bench.Now);
        _bench.Pass(1);
        Assert.Equal((120, 0), (_bench.Load.Now.BacklogSeconds, _bench.Load.Now.UnmeasuredSeconds));
    }

    [Fact]
    public void Images_that_a_job_has_not_started_count_and_are_forgotten_when_it_is_not_heard_of()
    {
        _bench.Measure();
        _bench.Announce("t/j", 5400);
        _bench.Pass(1);
        Assert.Equal(9, _bench.Wanted);
        _bench.Pass(40);
        Assert.Equal(0, _bench.Load.Now.BacklogSeconds);
        _bench.Announce("t/j", 5400);
        _bench.Announce("t/j", 0);
        _bench.Pass(1);
        Assert.Equal(0, _bench.Load.Now.BacklogSeconds);
    }

    [Fact]
    public void Later_rounds_of_an_image_count_before_they_are_offered()
    {
        _bench.Measure();
        _bench.Offer("t/j/0", 10, later: 1190);
        _bench.Pass(1);
        Assert.Equal(2, _bench.Wanted);
    }

    [Fact]
    public void The_smallest_work_asks_for_one_worker_and_none_is_asked_for_a_window_after_its_end()
    {
        _bench.Measure();
        _bench.Offer("t/j/0", 10);
        _bench.Pass(1);
        Assert.Equal(1, _bench.Wanted);
        _bench.Queue.Withdraw("t/j/0", _bench.Now);
        _bench.Pass(119, workers: 1);
        Assert.Equal(1, _bench.Wanted);
        _bench.Pass(3, workers: 1);
        Assert.Equal(0, _bench.Wanted);
    }

    [Fact]
    public void A_pool_with_a_busy_worker_is_never_sent_to_zero()
    {
        _bench.Offer("t/j/0", 10);
        var lease = _bench.Acquire("a").Single();
        _bench.Pass(600, workers: 1, () =>
        {
            _bench.Offer("t/j/0", 10);
            _bench.Report("a", holds: [lease]);
            Assert.True(_bench.Queue.Leases.Count > 0);
        });
        Assert.Equal(1, _bench.Wanted);
    }

    [Fact]
    public void Workers_that_were_busy_are_kept_for_a_window_although_the_backlog_is_gone()
    {
        _bench.Measure();
        _bench.Offer("t/j/0", 3000);
        _bench.Pass(1, workers: 5);
        Assert.Equal(5, _bench.Wanted);
        _bench.Queue.Withdraw("t/j/0", _bench.Now);
        _bench.Pass(110, workers: 5);
        Assert.Equal(5, _bench.Wanted);
        _bench.Pass(20, workers: 5);
        Assert.Equal(0, _bench.Wanted);
    }

    [Fact]
    public void Work_that_keeps_coming_asks_for_those_who_do_it_and_for_those_who_do_what_waits()
    {
        _bench.Measure();
        var job = 0;
        // 20 points a second keep two workers busy, who do them as they come.
        _bench.Pass(1300, workers: 2, () =>
        {
            _bench.Offer($"t/j/{job++}", 20);
            foreach (var device in new[] { "a", "b" })
            {
                var lease = _bench.Acquire(device).Single();
                _bench.Report(device, ended: [new(lease.Id, Grains.Abstractions.Queue.LeaseEnding.Done, Seconds: 1, DeviceSeconds: 1)]);
            }
        });
        Assert.Equal(2, _bench.Load.Now.Arriving, 1);
        Assert.InRange(_bench.Wanted, 2, 3);
    }

    [Fact]
    public void A_queue_that_starts_anew_sends_nobody_away_before_it_has_watched_for_a_window()
    {
        _bench.Pass(119, workers: 7);
        Assert.Equal(7, _bench.Wanted);
        _bench.Pass(2, workers: 7);
        Assert.Equal(0, _bench.Wanted);
    }

    [Fact]
    public void No_more_than_the_limit_is_asked_for()
    {
        var bench = new ScalerBench(new() { TargetDrain = TimeSpan.FromSeconds(60), MaxWorkers = 4 });
        bench.Measure();
        bench.Offer("t/j/0", 1_000_000);
        bench.Pass(1);
        Assert.Equal(4, bench.Wanted);
    }

    [Fact]
    public void Every_wrong_option_is_named_at_once()
    {
        var options = new ScalingOptions
        {
            TargetDrain = TimeSpan.Zero, MaxWorkers = 0, ScaleDownAfter = TimeSpan.FromDays(1), AssumedPointsPerSecond = -1,
            UnmeasuredWorkers = 0, Port = 65_536,
        };
        Assert.Equal(
            [
                "Saliency:Scaling:TargetDrain is 00:00:00; it must be from 00:00:01 to 1.00:00:00.",
                "Saliency:Scaling:MaxWorkers is 0; it must be from 1 to 10000.",
                "Saliency:Scaling:ScaleDownAfter is 1.00:00:00; it must be from 00:00:05 to 01:00:00.",
                "Saliency:Scaling:AssumedPointsPerSecond is -1; it must be from 0.001 to 1000000.",
                "Saliency:Scaling:UnmeasuredWorkers is 0; it must be from 1 to 10000.",
                "Saliency:Scaling:Port is 65536; it must be from 0 to 65535.",
            ],
            new ScalingOptionsValidator().Validate(null, options).Failures);
    }
}
