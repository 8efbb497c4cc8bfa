using SaliencyCluster.Grains.Scaling;
using SaliencyCluster.ScalingDay;
using SaliencyCluster.ScalingDay.Work;

namespace SaliencyCluster.Telemetry.Tests.Scaling;

/// <summary>The real queue and scaler over a day of simulated jobs, workers and autoscaler.</summary>
public sealed class DayTests
{
    private const double StartSeconds = 90;
    private static readonly ScalingOptions Options = new() { MaxWorkers = 20 };

    [Fact]
    public void A_day_with_bursts_costs_little_more_than_its_work_loses_nothing_and_does_not_flap()
    {
        var day = Simulation.Run(DayPlan.Make(seed: 1), Options, StartSeconds);
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
        var day = Simulation.Run(jobs, Options, StartSeconds, Restart);
        var before = day.Moments.Last(m => m.Hour < Restart).Workers;
        var after = day.Moments.Where(m => m.Hour >= Restart && m.Hour < Restart + 0.03).ToList();
        Assert.True(before > 10);
        Assert.All(after, m => Assert.InRange(m.Workers, before, Options.MaxWorkers));
        Assert.Equal((1, day.PointsAsked), (day.JobsEnded, day.PointsCounted));
        Assert.Equal(2, day.Turns + 1);
    }
}
