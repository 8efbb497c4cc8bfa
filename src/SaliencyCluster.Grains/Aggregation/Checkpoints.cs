using Orleans.Core;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>
/// Keeps the sums of one image on storage: asked every second, it saves so that no accepted sum is older than the period when it is safe. One
/// save at a time; none after the image has its outcome.
/// </summary>
internal sealed class Checkpoints(IStorage<CheckpointRecord> stored, IBlobStore blobs, TimeSpan period, TimeProvider time)
{
    /// <summary>How often to ask.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // A tick, and the time that writing takes.
    private static readonly TimeSpan Margin = 2 * Tick;
    private readonly DurableState<CheckpointRecord> _stored = new(stored);
    private Task _saving = Task.CompletedTask;
    private DateTimeOffset? _newsSince;
    private bool _isOver;
    private bool _isUnusable;

    /// <summary>Gets whether sums are not stored yet.</summary>
    public bool HasNews => _newsSince is not null;

    /// <summary>Gets what is stored.</summary>
    public CheckpointRecord Stored => _isUnusable ? new() : _stored.Value;

    /// <summary>Starts anew, for a first or another try.</summary>
    public void Restart() => (_newsSince, _isOver) = (null, false);

    /// <summary>Takes note that a sum was accepted.</summary>
    public void Added() => _newsSince ??= time.GetUtcNow();

    /// <summary>Gives up what is stored because it cannot be used.</summary>
    public void Discard() => _isUnusable = true;

    /// <summary>Saves when it is time.</summary>
    public Task SaveIfDueAsync(ImageRun run, CancellationToken cancellation) =>
        _newsSince is { } since && time.GetUtcNow() - since >= period - Margin ? SaveAsync(run, cancellation) : Task.CompletedTask;

    /// <summary>Saves what is new; when a save is under way, does nothing.</summary>
    public Task SaveAsync(ImageRun run, CancellationToken cancellation) =>
        _isOver || _newsSince is null || !_saving.IsCompleted ? Task.CompletedTask : _saving = WriteAsync(run, cancellation);

    /// <summary>Removes the checkpoint: the image has its outcome, or nobody wants one.</summary>
    public async Task ForgetAsync()
    {
        _isOver = true;
        // Its failure went to those who waited for it; here it only must not write any more.
        await _saving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if ((await _stored.ReadAsync()).Blob is not { } blob) return;
        await _stored.ClearAsync();
        await blobs.DeleteAsync(blob);
    }

    private async Task WriteAsync(ImageRun run, CancellationToken cancellation)
    {
        var (old, since) = (_stored.Value.Blob, _newsSince);
        var saving = run.SaveAsync();
        // Sums that arrive during the writing are of the next checkpoint.
        _newsSince = null;
        try
        {
            var blob = await blobs.WriteAsync(await saving, cancellation);
            await _stored.UpdateAsync(_ => run.Checkpoint(blob));
            _isUnusable = false;
        }
        catch
        {
            _newsSince = since;
            throw;
        }
        if (old is not null && old != Stored.Blob) await blobs.DeleteAsync(old, cancellation);
    }
}
