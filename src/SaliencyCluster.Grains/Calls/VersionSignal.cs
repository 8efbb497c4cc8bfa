namespace SaliencyCluster.Grains.Calls;

/// <summary>A version that grows, and those who wait for the next one. For use on one grain's scheduler.</summary>
internal sealed class VersionSignal(TimeProvider time)
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the version. Starts from the clock, so that it also grows when a grain is activated again elsewhere.</summary>
    public long Value { get; private set; } = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Says that something changed.</summary>
    public void Raise()
    {
        Value = Math.Max(Value + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
        var waiting = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.TrySetResult();
    }

    /// <summary>Waits until the version is not <paramref name="known"/>, or the time is over.</summary>
    public async Task WaitAsync(long known, TimeSpan most, CancellationToken cancellation)
    {
        if (Value != known) return;
        try
        {
            await _changed.Task.WaitAsync(most, time, cancellation);
        }
        catch (TimeoutException)
        {
            // Nothing changed: the caller gets what it knows and asks again.
        }
    }
}
