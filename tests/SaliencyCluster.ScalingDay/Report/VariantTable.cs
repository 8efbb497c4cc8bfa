using System.Globalization;
using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.ScalingDay.Cluster;
using SaliencyCluster.ScalingDay.Work;

namespace SaliencyCluster.ScalingDay.Report;

/// <summary>The same day with other nodes and other workers beside.</summary>
internal static class VariantTable
{
    public static async Task<string> WriteAsync(IReadOnlyList<JobPlan> jobs, ScalingOptions options, double start)
    {
        (string Name, ScalingOptions Options, Surroundings Surroundings)[] variants =
        [
            ("as above", options, new(start)),
            ("unmeasured work asks for 1 worker", options with { UnmeasuredWorkers = 1 }, new(start)),
            ("nodes start in 300 s", options, new(300)),
            ("nodes start in 300 s, unmeasured work asks for 1", options with { UnmeasuredWorkers = 1 }, new(300)),
            ("nodes start in 600 s", options, new(600)),
            ("half of the nodes pull the image for 120 s", options, new(start, PullSeconds: 120)),
            ("spot nodes, taken back after 2 h in the mean", options, new(start, ReclaimHours: 2)),
            ("all three: 300 s, pulls, spot", options, new(300, 120, 2)),
            ("2 CPU workers in the same pool, a tenth of a GPU each", options, new(start, CpuWorkers: 2)),
            ("20 such CPU workers", options, new(start, CpuWorkers: 20)),
            ("20 CPU workers as fast as GPUs", options, new(start, CpuWorkers: 20, CpuSpeed: 1)),
        ];
        var days = await Task.WhenAll(variants.Select(v => Task.Run(() => Simulation.Run(jobs, v.Options, v.Surroundings))));
        return string.Join('\n',
        [
            "| the same day, but | GPU-hours | most GPUs | longest wait | slowest job, of the target | taken back | points lost |",
            "|---|---|---|---|---|---|---|",
            .. variants.Zip(days).Select(v => string.Create(CultureInfo.InvariantCulture,
                $"| {v.First.Name} | {v.Second.GpuHours:0.0} | {v.Second.MaxReplicas} | {v.Second.LongestWait:0} s | {v.Second.SlowestJobOverTarget:0.00} | {v.Second.Reclaimed} | {v.Second.LostPoints + v.Second.PointsAsked - v.Second.PointsCounted} |")),
        ]);
    }
}
