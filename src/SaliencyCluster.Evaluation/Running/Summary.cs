using SaliencyCluster.Evaluation.Statistics;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>A measure over all images and seeds: what is plotted and tabled.</summary>
/// <param name="Check">The check.</param>
/// <param name="Method">The method under test.</param>
/// <param name="Measure">What was measured.</param>
/// <param name="Condition">Which series of the check.</param>
/// <param name="Stage">Position on the horizontal axis.</param>
/// <param name="StageLabel">What the position means.</param>
/// <param name="Estimate">Mean and interval.</param>
public sealed record Summary(
    string Check, string Method, string Measure, string Condition, int Stage, string StageLabel, Estimate Estimate)
{
    /// <summary>Summarises measurements: one summary per check, method, measure, condition and stage, in the order of their first appearance.</summary>
    public static IReadOnlyList<Summary> Of(IReadOnlyList<Measurement> measurements, Bootstrap bootstrap)
    {
        var groups = measurements.GroupBy(m => (m.Check, m.Method, m.Measure, m.Condition, m.Stage, m.StageLabel)).ToArray();
        var summaries = new Summary[groups.Length];
        // On the caller's threads: a server gives evaluations only some of its own.
        Parallel.For(0, groups.Length, new ParallelOptions { TaskScheduler = TaskScheduler.Current }, i =>
        {
            var key = groups[i].Key;
            summaries[i] = new(key.Check, key.Method, key.Measure, key.Condition, key.Stage, key.StageLabel, bootstrap.Mean(ByImageAndSeed(groups[i])));
        });
        return summaries;
    }

    private static double[][] ByImageAndSeed(IEnumerable<Measurement> measurements)
    {
        var all = measurements.ToList();
        int[] seeds = [.. all.Select(m => m.Seed).Distinct().Order()];
        return
        [
            .. all.GroupBy(m => m.Image).OrderBy(g => g.Key).Select(image =>
            {
                var row = new double[seeds.Length];
                Array.Fill(row, double.NaN);
                foreach (var m in image) row[Array.IndexOf(seeds, m.Seed)] = m.Value;
                return row;
            }),
        ];
    }
}
