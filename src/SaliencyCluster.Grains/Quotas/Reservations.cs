namespace SaliencyCluster.Grains.Quotas;

/// <summary>The room that a tenant's calls keep for what they are about to store. Not thread-safe.</summary>
/// <param name="time">The clock.</param>
internal sealed class Reservations(TimeProvider time)
{
    // What a call has left behind is collected by then.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly Dictionary<(string Work, Guid Call), (long Bytes, DateTimeOffset Until)> _calls = [];

    // By the hour, so that their number does not depend on that of failed calls.
    private readonly Dictionary<DateTimeOffset, long> _left = [];

    /// <summary>Adds up what calls keep, but for those of some work.</summary>
    public long Without(string? work)
    {
        Expire();
        return _calls.Where(c => c.Key.Work != work).Sum(c => c.Value.Bytes) + _left.Values.Sum();
    }

    /// <summary>Adds up what calls keep, but for one of them.</summary>
    public long Without(string work, Guid call) => Without(null) - _calls.GetValueOrDefault((work, call)).Bytes;

    /// <summary>Keeps room for a call.</summary>
    public void Set(string work, Guid call, long bytes) => _calls[(work, call)] = (bytes, time.GetUtcNow() + Kept);

    /// <summary>Ends the reservations of work that is counted itself now.</summary>
    public void Admitted(string work)
    {
        foreach (var call in _calls.Keys.Where(c => c.Work == work).ToArray()) _calls.Remove(call);
    }

    /// <summary>Ends the reservation of a call, but for what it could not remove.</summary>
    public void Release(string work, Guid call, long left)
    {
        if (!_calls.Remove((work, call)) || left <= 0) return;
        var until = time.GetUtcNow() + Kept;
        var hour = new DateTimeOffset(until.Year, until.Month, until.Day, until.Hour, 0, 0, until.Offset).AddHours(1);
        _left[hour] = _left.GetValueOrDefault(hour) + left;
    }

    private void Expire()
    {
        var now = time.GetUtcNow();
        foreach (var call in _calls.Where(c => c.Value.Until < now).Select(c => c.Key).ToArray()) _calls.Remove(call);
        foreach (var hour in _left.Keys.Where(h => h < now).ToArray()) _left.Remove(hour);
    }
}
