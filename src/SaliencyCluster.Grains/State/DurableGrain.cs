using Orleans.Runtime;

namespace SaliencyCluster.Grains.State;

/// <summary>A grain with stored state, which it changes in one way only: see <see cref="DurableState{T}"/>.</summary>
internal abstract class DurableGrain<T> : Grain where T : class, new()
{
    private readonly DurableState<T> _state;

    protected DurableGrain(IPersistentState<T> record) => _state = new(record, DeactivateOnIdle, OnReloaded);

    /// <summary>Gets what is stored, as far as it is known: what a failed write left is read by the next <see cref="ReadStateAsync"/>.</summary>
    protected T State => _state.Value;

    /// <inheritdoc cref="DurableState{T}.ReadAsync"/>
    protected ValueTask<T> ReadStateAsync() => _state.ReadAsync();

    /// <inheritdoc cref="DurableState{T}.UpdateAsync"/>
    protected Task<T> UpdateStateAsync(Func<T, T> change) => _state.UpdateAsync(change);

    /// <inheritdoc cref="DurableState{T}.ClearAsync"/>
    protected Task ClearStateAsync() => _state.ClearAsync();

    /// <summary>Told that what is stored is another value than the one that was known: a write that had failed got through.</summary>
    protected virtual void OnReloaded() { }
}
