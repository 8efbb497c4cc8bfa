namespace SaliencyCluster.Grains.Work;

/// <summary>When to try work again that could not be reached: after each failure twice as late, at most every five minutes.</summary>
internal sealed class UnreachedWork(TimeSpan first, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, (TimeSpan Pause, DateTimeOffset Due)> _missed = new(StringComparer.Ordinal);

    /// <summary>Whether it is time to try it.</summary>
    public bool IsDue(string work) => !_missed.TryGetValue(work, out var missed) || time.GetUtcNow() >= missed.Due;

    /// <summary>Notes a failure.</summary>
    public void Missed(string work)
    {
        var pause = _missed.TryGetValue(work, out var before) ? before.Pause * 2 : first;
        pause = pause < Longest ? pause : Longest;
        _missed[work] = (pause, time.GetUtcNow() + pause);
    }

    /// <summary>Forgets the failures of work that was reached.</summary>
    public void Reached(string work) => _missed.Remove(work);
}
