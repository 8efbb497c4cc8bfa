using System.Collections.Concurrent;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Calls;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>Answers as blobs, whose names the evaluation's grain keeps.</summary>
/// <param name="blobs">Where they are.</param>
/// <param name="known">Answers of runs before.</param>
/// <param name="grain">The evaluation.</param>
/// <param name="run">This run.</param>
/// <param name="time">Measures pauses between attempts.</param>
internal sealed class StoredAnswers(
    IBlobStore blobs, IReadOnlyDictionary<string, string> known, IEvaluationWorkGrain grain, Guid run, TimeProvider time) : IAnswerStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, string> _blobs = new(known);

    public async Task<BatchAnswer?> FindAsync(string batch, CancellationToken cancellation) =>
        _blobs.TryGetValue(batch, out var blob) ? BatchAnswerFile.Read(await blobs.ReadAsync(blob, cancellation)) : null;

    public async Task KeepAsync(string batch, BatchAnswer answer, CancellationToken cancellation)
    {
        var blob = await blobs.WriteAsync(BatchAnswerFile.Write(answer), cancellation);
        // Not waited for where the run is told to stop: the grain that would answer waits for it.
        if (!await Retry.CallAsync(() => grain.KeepAsync(run, batch, blob), time, Patience, cancellation).WaitAsync(cancellation))
            throw new OperationCanceledException("Another run of the evaluation has taken over.");
        _blobs[batch] = blob;
    }
}
