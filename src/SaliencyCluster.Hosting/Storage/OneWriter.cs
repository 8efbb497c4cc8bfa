using Orleans.Runtime;
using Orleans.Storage;

namespace SaliencyCluster.Hosting.Storage;

/// <summary>
/// Lets one grain at a time write to an embedded database. SQLite has one writer; its driver sleeps for 150 ms, on the thread of a grain,
/// when it finds another one. All grains that are stored live in one process of a host, so nobody else is in the way.
/// </summary>
internal sealed class OneWriter(IGrainStorage inner) : IGrainStorage
{
    private readonly SemaphoreSlim _turn = new(1);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        InTurnAsync(() => inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        InTurnAsync(() => inner.ClearStateAsync(stateName, grainId, grainState));

    // Not bound to the turn of a grain: one that computes meanwhile would keep all others from writing.
    private async Task InTurnAsync(Func<Task> write)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await write().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
