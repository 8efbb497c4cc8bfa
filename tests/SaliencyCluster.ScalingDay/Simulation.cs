using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.ScalingDay.Cluster;
using SaliencyCluster.ScalingDay.Events;
using SaliencyCluster.ScalingDay.Work;

namespace SaliencyCluster.ScalingDay;

/// <summary>One moment of the day.</summary>
internal readonly record struct Moment(double Hour, double BacklogSeconds, int Wanted, int Workers, double Demand);

/// <summary>What came out.</summary>
internal sealed record DayResult(
    double GpuHours, double IdealGpuHours, int MaxReplicas, int Turns, long PointsAsked, long PointsCounted, long LostPoints, long LostLeases,
    int Jobs, int JobsEnded, double MedianWait, double LongestWait, double SlowestJobOverTarget, double ShortestStay, int Reclaimed,
    IReadOnlyList<Moment> Moments);

/// <summary>Runs a day of jobs against the gateway's queue and scaler with simulated workers and autoscaler.</summary>
internal static class Simulation
{
    private static readonly DateTimeOffset Midnight = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Runs it.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="options">The scaler's options.</param>
    /// <param name="surroundings">Other workers, and what happens to nodes.</param>
    /// <param name="restarts">Hours at which the gateway loses its memory.</param>
    public static DayResult Run(IReadOnlyList<JobPlan> jobs, ScalingOptions options, Surroundings surroundings, params double[] restarts)
    {
        var loop = new EventLoop(Midnight);
        var gateway = new Gateway(loop, options);
        var fleet = new Fleet(loop, gateway, surroundings);
        for (var i = 0; i < surroundings.CpuWorkers; i++)
            _ = new SimulatedWorker(-1 - i, "cpu", surroundings.CpuSpeed, 0, loop, gateway, points => fleet.Count(points));
        _ = new Autoscaler(loop, gateway, fleet);
        var running = new List<RunningJob>();
        foreach (var plan in jobs) loop.After(plan.At, () => Submit(plan));
        loop.Every(3, () =>
        {
            foreach (var job in running.Where(j => j.Ended is null).ToArray()) job.Pump();
            return true;
        });
        foreach (var hour in restarts) loop.After(hour * 3600, gateway.Restart);
        var moments = new List<Moment>();
        loop.Every(30, () =>
        {
            var hour = (loop.Now - Midnight).TotalHours;
            var load = gateway.Load();
            moments.Add(new(
                hour, load.Now.SecondsFor(options.TargetDrain, options.UnmeasuredWorkers), gateway.Wanted(), fleet.Replicas,
                hour < 24 ? DayPlan.LoadAt(hour) : 0));
            return true;
        });
        loop.RunUntil(Midnight.AddHours(24));
        return Result(jobs, running, fleet, gateway, loop.Now, options.TargetDrain, moments);

        void Submit(JobPlan plan)
        {
            var job = new RunningJob(plan, running.Count, gateway, loop.Now);
            running.Add(job);
            job.Pump();
        }
    }

    private static DayResult Result(
        IReadOnlyList<JobPlan> jobs, List<RunningJob> running, Fleet fleet, Gateway gateway, DateTimeOffset end, TimeSpan target, List<Moment> moments)
    {
        var waits = running.Where(j => j.FirstSum is not null).Select(j => (j.FirstSum!.Value - j.Submitted).TotalSeconds).Order().ToList();
        return new(
            fleet.All.Sum(w => ((w.Gone ?? end) - w.Created).TotalHours), jobs.Sum(j => j.DeviceSeconds) / 3600, fleet.MaxReplicas, fleet.Turns,
            jobs.Sum(j => (long)j.Images * j.PointsPerImage), fleet.Points, fleet.LostPoints, gateway.Lost + gateway.Queue.Lost,
            jobs.Count, running.Count(j => j.Ended is not null), waits[waits.Count / 2], waits[^1],
            running.Where(j => j.Ended is not null).Max(j => (j.Ended!.Value - j.Submitted).TotalSeconds) / target.TotalSeconds,
            fleet.ShortestStay, fleet.Reclaimed, moments);
    }
}
