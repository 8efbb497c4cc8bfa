using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.ScalingDay;
using SaliencyCluster.ScalingDay.Work;

namespace SaliencyCluster.Telemetry.Tests.Scaling;

/// <summary>The real queue and scaler over a day of simulated jobs, workers and autoscaler.</summary>
public sealed class DayTests
{
    private const double StartSeconds = 90;
    private static readonly ScalingOptions Options = new() { MaxWorkers = 20 };
    private static readonly Lazy<DayResult> Alone = new(() => Simulation.Run(DayPlan.Make(seed: 1), Options, new(StartSeconds)));

    [Fact]
    public void A_day_with_bursts_costs_little_more_than_its_work_loses_nothing_and_does_not_flap()
    {
        var day = Alone.Value;
        Assert.Equal((day.Jobs, day.PointsAsked), (day.JobsEnded, day.PointsCounted));
        Assert.Equal((0, 0), (day.LostPoints, day.LostLeases));
        Assert.InRange(day.GpuHours / day.IdealGpuHours, 1, 1.5);
        Assert.InRange(day.SlowestJobOverTarget, 0, 2.5);
        Assert.InRange(day.LongestWait, 0, StartSeconds + 10);
        Assert.InRange(day.Turns, 2, 160);
        // Nobody is sent away within the window after others were called.
        Assert.InRange(day.ShortestStay, Options.ScaleDownAfter.TotalSeconds - 45, double.MaxValue);
        Assert.Equal(0, day.Moments[^1].Workers);
    }

    [Fact]
    public void A_gateway_that_restarts_in_the_middle_of_a_burst_sends_nobody_away()
    {
        const double Burst = 2.25, Restart = Burst + 0.07;
        var jobs = new[] { new JobPlan(Burst * 3600, "large", 1080, 320) };
        var day = Simulation.Run(jobs, Options, new(StartSeconds), Restart);
        var before = day.Moments.Last(m => m.Hour < Restart).Workers;
        var after = day.Moments.Where(m => m.Hour >= Restart && m.Hour < Restart + 0.03).ToList();
        Assert.True(before > 10);
        Assert.All(after, m => Assert.InRange(m.Workers, before, Options.MaxWorkers));
        Assert.Equal((1, day.PointsAsked), (day.JobsEnded, day.PointsCounted));
        Assert.Equal(2, day.Turns + 1);
    }

    [Theory, InlineData(2), InlineData(20)]
    public void Workers_with_processors_beside_gpus_never_make_more_gpus_wanted(int cpuWorkers)
    {
        var beside = Simulation.Run(DayPlan.Make(seed: 1), Options, new(StartSeconds, CpuWorkers: cpuWorkers));
        Assert.InRange(beside.GpuHours, 0, Alone.Value.GpuHours);
        Assert.Equal((beside.Jobs, beside.PointsAsked), (beside.JobsEnded, beside.PointsCounted));
        Assert.Equal((0, 0), (beside.LostPoints, beside.LostLeases));
    }

    [Theory, InlineData(0.1), InlineData(1)]
    public void A_stream_that_processors_can_do_alone_wants_no_gpu_and_a_gateway_without_jobs_none_either(double cpuSpeed)
    {
        // Two jobs a minute of 15 s of a GPU each, from the first hour to the seventh; twenty processors.
        var jobs = Enumerable.Range(0, 720).Select(i => new JobPlan(3600 + (30 * i), "large", 3, 320)).ToArray();
        var day = Simulation.Run(jobs, Options, new(StartSeconds, CpuWorkers: 20, CpuSpeed: cpuSpeed));
        Assert.All(day.Moments.Where(m => m.Hour < 1), m => Assert.Equal(0, m.Workers));
        // Before anything is measured the assumed rate may ask for a few.
        Assert.All(day.Moments.Where(m => m.Hour is > 1.5 and < 7), m => Assert.Equal(0, m.Workers));
        Assert.Equal(day.Jobs, day.JobsEnded);
    }

    [Theory, InlineData(90, 0), InlineData(300, 120), InlineData(600, 120)]
    public void Nodes_that_start_late_pull_images_and_are_taken_back_cost_time_and_no_point(double start, double pull)
    {
        var day = Simulation.Run(DayPlan.Make(seed: 1), Options, new(start, pull, ReclaimHours: 2));
        Assert.Equal((day.Jobs, day.PointsAsked, 0, 0), (day.JobsEnded, day.PointsCounted, day.LostPoints, day.LostLeases));
        Assert.True(day.Reclaimed > 5);
        // One whose only node is taken back waits for two starts.
        Assert.InRange(day.LongestWait, 0, 2 * (start + pull));
    }

    [Fact]
    public void An_unmeasured_model_costs_one_start_of_nodes_and_not_two()
    {
        // 40 minutes of a GPU, nobody there, nodes that take ten minutes.
        var jobs = new[] { new JobPlan(3600, "new", 225, 320) };
        var one = Simulation.Run(jobs, Options with { UnmeasuredWorkers = 1 }, new(600));
        var few = Simulation.Run(jobs, Options, new(600));
        Assert.InRange(few.SlowestJobOverTarget, 0, one.SlowestJobOverTarget - 0.5);
    }
}
