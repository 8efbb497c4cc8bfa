using System.Collections.Concurrent;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Calls;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>
/// The batches of a run that may have jobs. Their names are stored before the jobs are submitted, so that no job is left behind, whichever
/// process ends when.
/// </summary>
/// <param name="grain">The evaluation, which stores them.</param>
/// <param name="run">The run.</param>
/// <param name="before">Those that runs before this one may have left.</param>
/// <param name="time">Measures pauses between attempts.</param>
internal sealed class OpenBatches(IEvaluationWorkGrain grain, Guid run, IEnumerable<string> before, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, bool> _open = new(before.Select(b => KeyValuePair.Create(b, true)));
    private readonly ConcurrentDictionary<string, bool> _removed = new();

    /// <summary>Gets their names.</summary>
    public string[] Names => [.. _open.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Takes note of one that is about to be submitted.</summary>
    /// <exception cref="OperationCanceledException">It is not wanted any more.</exception>
    public async Task OpenAsync(string batch, CancellationToken cancellation)
    {
        _open[batch] = true;
        string[] removed = [.. _removed.Keys];
        // Not waited for where the run is told to stop: the grain that would answer waits for it.
        if (!await Retry.CallAsync(() => grain.OpenAsync(run, batch, removed), time, Patience, cancellation).WaitAsync(cancellation))
            throw new OperationCanceledException("Another run of the evaluation has taken over.");
        foreach (var name in removed) _removed.TryRemove(name, out _);
    }

    /// <summary>Takes note that the job of one is removed, which is stored with the next one that opens.</summary>
    public void Close(string batch)
    {
        if (_open.TryRemove(batch, out _)) _removed[batch] = true;
    }
}
