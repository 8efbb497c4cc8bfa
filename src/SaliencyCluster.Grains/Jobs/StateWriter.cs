using Orleans.Core;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>
/// Writes a grain's state one write at a time, however many interleaved calls ask for it: a call that asks while a write is under
/// way waits for the next one, which has its change.
/// </summary>
internal sealed class StateWriter(IStorage storage)
{
    private Task _running = Task.CompletedTask;
    private Task? _next;

    /// <summary>Returns when everything that was in the state at the time of the call is stored.</summary>
    public Task WriteAsync()
    {
        if (_next is not null) return _next;
        if (_running.IsCompleted) return _running = storage.WriteStateAsync();
        return _next = AfterAsync(_running);
    }

    private async Task AfterAsync(Task before)
    {
        // Its failure went to those who waited for it; this write is another attempt.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _running = _next!;
        _next = null;
        await storage.WriteStateAsync();
    }
}
