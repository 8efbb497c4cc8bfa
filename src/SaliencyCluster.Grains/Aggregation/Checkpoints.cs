using Orleans.Core;
using SaliencyCluster.Grains.Abstractions.Blobs;

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
    private Task _saving = Task.CompletedTask;
    private DateTimeOffset? _newsSince;
    private bool _isOver;

    /// <summary>Gets whether sums are not stored yet.</summary>
    public bool HasNews => _newsSince is not null;

    /// <summary>Gets what is stored.</summary>
    public CheckpointRecord Stored => stored.State;

    /// <summary>Starts anew, for a first or another try.</summary>
    public void Restart() => (_newsSince, _isOver) = (null, false);

    /// <summary>Takes note that a sum was accepted.</summary>
    public void Added() => _newsSince ??= time.GetUtcNow();

    /// <summary>Gives up what is stored because it cannot be used.</summary>
    public void Discard() => stored.State = new();

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
        if (Stored.Blob is not { } blob) return;
        await stored.ClearStateAsync();
        await blobs.DeleteAsync(blob);
    }

    private async Task WriteAsync(ImageRun run, CancellationToken cancellation)
    {
        var (old, since) = (Stored.Blob, _newsSince);
        var saving = run.SaveAsync();
        // Sums that arrive during the writing are of the next checkpoint.
        _newsSince = null;
        try
        {
            var blob = await blobs.WriteAsync(await saving, cancellation);
            stored.State = run.Checkpoint(blob);
            await stored.WriteStateAsync(cancellation);
        }
        catch
        {
            _newsSince = since;
            throw;
        }
        if (old is not null && old != Stored.Blob) await blobs.DeleteAsync(old, cancellation);
    }
}
