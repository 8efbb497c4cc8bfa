using Orleans.Core;
using Orleans.Storage;

namespace SaliencyCluster.Grains.State;

/// <summary>
/// What one activation has stored. A change makes a new value of an old one; everybody sees it once it is stored, and nobody before.
/// </summary>
/// <remarks>
/// Changes are made one after another, and those that come while one is being stored share the next write. A write that fails may have got
/// through all the same: before the next look or change the value is read again. For use on one grain's scheduler.
/// </remarks>
/// <typeparam name="T">A record whose values are never changed.</typeparam>
/// <param name="storage">Where it is kept.</param>
/// <param name="leave">Ends the activation because another one has written; null where whoever catches the exception does.</param>
/// <param name="reloaded">Told when what is stored turned out to be another value than the one that was known.</param>
internal sealed class DurableState<T>(IStorage<T> storage, Action? leave = null, Action? reloaded = null) where T : class, new()
{
    private List<Change> _waiting = [];
    private T? _stored;
    private bool _isWriting;
    private bool _isUncertain;

    /// <summary>Gets what is stored, as far as it is known.</summary>
    public T Value => _stored ?? storage.State;

    /// <summary>Gets what is stored; reads it again where that is not known because a write failed.</summary>
    public ValueTask<T> ReadAsync() => _isUncertain && !_isWriting ? new(UpdateAsync(value => value)) : new(Value);

    /// <summary>Changes what is stored, and returns it; durable on return. A change that returns what it was given writes nothing.</summary>
    /// <param name="change">Makes the new value. It may refuse by throwing, which concerns nobody but its caller.</param>
    /// <exception cref="InconsistentStateException">Another activation has written; this one ends.</exception>
    public Task<T> UpdateAsync(Func<T, T> change) => EnqueueAsync(new(change, IsClear: false));

    /// <summary>Forgets what is stored.</summary>
    public Task ClearAsync() => EnqueueAsync(new(_ => new(), IsClear: true));

    private Task<T> EnqueueAsync(Change change)
    {
        _waiting.Add(change);
        if (!_isWriting) _ = WriteAllAsync();
        return change.Done.Task;
    }

    // Whoever asked for a change gets its failure, so nothing of this task is lost.
    private async Task WriteAllAsync()
    {
        _isWriting = true;
        while (_waiting.Count > 0)
        {
            var batch = _waiting;
            _waiting = [];
            try
            {
                var value = await WriteAsync(batch);
                foreach (var change in batch) change.Done.TrySetResult(value);
            }
            catch (Exception error)
            {
                foreach (var change in batch) change.Done.TrySetException(error);
                if (error is InconsistentStateException) leave?.Invoke();
            }
        }
        _isWriting = false;
    }

    private async Task<T> WriteAsync(List<Change> batch)
    {
        if (_isUncertain) await ReadAgainAsync();
        var (before, after, isClear) = (Value, Value, false);
        foreach (var change in batch)
        {
            try
            {
                var changed = change.Make(after);
                if (!ReferenceEquals(changed, after)) (after, isClear) = (changed, change.IsClear);
            }
            catch (Exception refusal)
            {
                change.Done.TrySetException(refusal);
            }
        }
        if (ReferenceEquals(before, after) || (isClear && !storage.RecordExists)) return Value;
        (_stored, storage.State, _isUncertain) = (before, after, true);
        await (isClear ? storage.ClearStateAsync() : storage.WriteStateAsync());
        (_stored, _isUncertain) = (after, false);
        return after;
    }

    private async Task ReadAgainAsync()
    {
        var known = storage.Etag;
        await storage.ReadStateAsync();
        (_stored, _isUncertain) = (storage.State, false);
        if (storage.Etag != known) reloaded?.Invoke();
    }

    private sealed record Change(Func<T, T> Make, bool IsClear)
    {
        public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
