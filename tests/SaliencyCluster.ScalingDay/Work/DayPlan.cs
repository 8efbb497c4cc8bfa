namespace SaliencyCluster.ScalingDay.Work;

/// <summary>
/// A working day: nothing at night but one batch, a morning and an afternoon of small jobs that come at random, five bursts of
/// large ones, and in the afternoon a model that nobody has measured.
/// </summary>
internal static class DayPlan
{
    private const double Hour = 3600;

    // (hour, workers that the small jobs would keep busy), linear in between.
    private static readonly (double Hour, double Load)[] Curve =
        [(0, 0), (7, 0), (9, 2), (11, 3.2), (12, 3.2), (12.5, 1.5), (13.5, 1.5), (14.5, 4), (17, 4), (19, 1), (21, 0.2), (22, 0), (24, 0)];

    // (hour, model, seconds of one device).
    private static readonly (double Hour, string Model, double Seconds)[] Bursts =
        [(2.25, "large", 5400), (9.5, "small", 2400), (11.1, "large", 3600), (15.3, "new", 4500), (18.75, "small", 3000)];

    /// <summary>Makes the jobs of a day, in the order of their time; the same for the same seed.</summary>
    public static IReadOnlyList<JobPlan> Make(int seed)
    {
        var random = new Random(seed);
        var jobs = Bursts.Select(b => Job(b.Hour * Hour, b.Model, b.Seconds, 320)).ToList();
        const double MeanSeconds = 45, Step = 10;
        for (double at = 0; at < 24 * Hour; at += Step)
        {
            if (random.NextDouble() >= LoadAt(at / Hour) * Step / MeanSeconds) continue;
            var seconds = Math.Clamp(-MeanSeconds * Math.Log(1 - random.NextDouble()), 2, 300);
            jobs.Add(Job(at + Step * random.NextDouble(), random.NextDouble() < 0.6 ? "small" : "large", seconds, 160));
        }
        return [.. jobs.OrderBy(j => j.At)];
    }

    /// <summary>Gets the workers that the small jobs keep busy at an hour.</summary>
    public static double LoadAt(double hour)
    {
        var next = Array.FindIndex(Curve, p => p.Hour > hour);
        var (a, b) = (Curve[next - 1], Curve[next]);
        return a.Load + (b.Load - a.Load) * (hour - a.Hour) / (b.Hour - a.Hour);
    }

    private static JobPlan Job(double at, string model, double seconds, int pointsPerImage) =>
        new(at, model, Math.Max(1, (int)Math.Round(seconds * Speeds.Of(model) / pointsPerImage)), pointsPerImage);
}
