namespace SaliencyCluster.Runtime.Bench;

/// <summary>What was done in one slice of a benchmark.</summary>
/// <param name="Points">Points evaluated.</param>
/// <param name="Seconds">Time that it took.</param>
/// <param name="Rate">Points per second: the sum over everybody who worked, each over its own time, so that nobody waits for the last one.</param>
public sealed record Slice(long Points, double Seconds, double Rate)
{
    internal static async Task<Slice> PumpAsync(TimeProvider clock, TimeSpan length, int points, Func<Task> work)
    {
        var started = clock.GetTimestamp();
        var done = 0L;
        do
        {
            await work();
            done += points;
        }
        while (clock.GetElapsedTime(started) < length);
        return Of(done, clock.GetElapsedTime(started));
    }

    internal static Slice Of(long points, TimeSpan elapsed) => new(points, elapsed.TotalSeconds, points / elapsed.TotalSeconds);

    internal static Slice Sum(IReadOnlyCollection<Slice> parts) => new(parts.Sum(p => p.Points), parts.Max(p => p.Seconds), parts.Sum(p => p.Rate));
}
