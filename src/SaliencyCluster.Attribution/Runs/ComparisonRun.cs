using System.Security.Cryptography;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>
/// Several requests of one model on one image, as one state machine like <see cref="ExplanationRun"/>: rounds that requests have in
/// common are computed once. Each result is the same to the bit as that of its request alone, since only equal rounds are shared:
/// same points, weights, graph, micro-batch and shards.
/// </summary>
/// <remarks>
/// The request that is the least far goes first, so that equal rounds meet. Rounds are numbered in the order in which they are computed;
/// for one request those are its own numbers. Not thread-safe.
/// </remarks>
public sealed class ComparisonRun
{
    internal const uint Magic = 0x314D4353; // "SCM1": the last byte is the version
    private readonly ExplanationRun[] _runs;
    private ExplanationRun? _current;
    private Round? _round;
    private int _computed;
    private int _pointsComputed;
    private int _pointsShared;
    private readonly int _probePoints; // of probes that differ; all are computed before anything else
    private readonly int _probePointsShared;

    /// <summary>Starts a run.</summary>
    /// <param name="requests">The resolved requests, at least one, all of one model.</param>
    /// <param name="image">The preprocessed image.</param>
    /// <param name="imageIndex">The image's index within its job; keys the noise.</param>
    /// <param name="storedBaselines">Baseline tensors that the requests refer to; usually empty.</param>
    /// <param name="frame">Where the picture lies in the image, for boxes; null where the image was no picture.</param>
    /// <exception cref="SaliencyException">SAL2101, SAL2102: the image does not fit the model or is not finite.</exception>
    public ComparisonRun(
        IReadOnlyList<ResolvedRequest> requests, Tensor image, uint imageIndex, IReadOnlyList<Tensor>? storedBaselines = null,
            PictureFrame? frame = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(requests.Count);
        _runs = [.. requests.Select(r => new ExplanationRun(r, image, imageIndex, storedBaselines, frame))];
        var probes = _runs.SelectMany(r => r.Opening).ToList();
        _probePoints = (probes.Count == 1 ? probes : probes.Distinct(RoundContent.Comparer)).Sum(p => p.Points.Count);
        _probePointsShared = probes.Sum(p => p.Points.Count) - _probePoints;
        Begin();
    }

    /// <summary>Gets the current round, or null when every request is finished.</summary>
    public Round? Round => _round;

    /// <summary>Gets the shards of the current round that have not arrived, in order.</summary>
    public IReadOnlyList<ShardSpec> Shards => _current is null ? [] : [.. _current.Shards.Select(s => s with { Round = _computed })];

    /// <summary>Gets whether all results are there.</summary>
    public bool IsComplete => _current is null;

    /// <summary>Gets the results, in the order of the requests.</summary>
    /// <exception cref="InvalidOperationException">The run is not complete.</exception>
    public IReadOnlyList<Explanation> Results => [.. _runs.Select(r => r.Result)];

    /// <summary>Gets how many points were evaluated, probes among them, each once however many requests it served.</summary>
    public int PointsComputed => _pointsComputed;

    /// <summary>Gets how far the run is.</summary>
    public RunProgress Progress
    {
        get
        {
            var arrived = _current is null ? 0 : _current.Arrived;
            var known = Math.Max(0, _pointsComputed + (_round?.Points.Count ?? 0) - _probePoints);
            var planned = _runs.Sum(r => r.Progress.PointsPlanned) - Math.Max(0, _pointsShared - _probePointsShared);
            return new(_computed, Math.Max(0, _pointsComputed + arrived - _probePoints), known, IsComplete ? known : Math.Max(known, planned));
        }
    }

    /// <summary>Gets whether every shard of the current round has arrived and <see cref="Compute"/> says what comes next.</summary>
    public bool IsRoundComplete => _current?.IsRoundComplete == true;

    /// <summary>Takes a shard's sums or those of an aligned subtree; the last one of a round starts the next round or ends the run.</summary>
    /// <returns>False when it brought nothing new.</returns>
    /// <exception cref="SaliencyException">SAL2401: it does not fit the round. SAL2402: it is not finite; the image cannot be explained.</exception>
    public bool Add(Partial partial)
    {
        if (!Accept(partial)) return false;
        if (IsRoundComplete) Commit(Compute());
        return true;
    }

    /// <summary>As <see cref="Add"/>, but leaves what follows a complete round to <see cref="Compute"/> and <see cref="Commit"/>.</summary>
    public bool Accept(Partial partial)
    {
        if (_current is null || partial.Round < _computed) return false;
        return _current.Accept(partial with { Round = _current.Round!.Number + partial.Round - _computed });
    }

    /// <summary>Works out what follows the complete round, for every request that waits for it. Changes nothing, so it can be repeated where
    /// it fails, and done on another thread meanwhile.</summary>
    /// <exception cref="InvalidOperationException">Shards are missing.</exception>
    public ComparisonStep Compute()
    {
        var current = _current ?? throw new InvalidOperationException("The run is complete.");
        var own = current.Compute();
        var steps = new List<(ExplanationRun, RunStep)> { (current, own) };
        foreach (var other in Sharing(current)) steps.Add((other, other.Compute(own.Last!)));
        return new(steps, _round!.Points.Count);
    }

    /// <summary>Ends the current round with what <see cref="Compute"/> gave.</summary>
    public void Commit(ComparisonStep step)
    {
        foreach (var (run, next) in step.Steps) run.Commit(next);
        _computed++;
        _pointsComputed += step.Points;
        _pointsShared += (step.Steps.Count - 1) * step.Points;
        Begin();
    }

    /// <summary>Gets the best estimate of the request that is computed now.</summary>
    public Preview? Preview() => Snapshot().Preview();

    /// <summary>Gets everything that has arrived, as versioned bytes.</summary>
    public byte[] Save() => Snapshot().Save();

    /// <summary>Gets what there is now; later sums do not change it, so it can be looked at on another thread.</summary>
    public ComparisonSnapshot Snapshot() => new(
        [.. _runs.Select(r => r.Snapshot())], Math.Max(0, Array.IndexOf(_runs, _current)), [_computed, _pointsComputed, _pointsShared, _runs.Length]);

    /// <summary>Goes on from a checkpoint.</summary>
    /// <exception cref="SaliencyException">SAL2301: the bytes are no checkpoint of this run or are damaged.</exception>
    public static ComparisonRun Load(
        ReadOnlyMemory<byte> checkpoint, IReadOnlyList<ResolvedRequest> requests, Tensor image, uint imageIndex,
            IReadOnlyList<Tensor>? storedBaselines = null,
        PictureFrame? frame = null)
    {
        var hash = SHA256.HashSizeInBytes;
        if (checkpoint.Length < hash || !SHA256.HashData(checkpoint.Span[..^hash]).AsSpan().SequenceEqual(checkpoint.Span[^hash..])) throw Checkpoint.Unfit("is damaged");
        using var reader = new BinaryReader(new MemoryStream(checkpoint.ToArray()));
        if (reader.ReadUInt32() != Magic) throw Checkpoint.Unfit("was written by another version");
        var run = new ComparisonRun(requests, image, imageIndex, storedBaselines, frame);
        (run._computed, run._pointsComputed, run._pointsShared) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        if (reader.ReadInt32() != requests.Count) throw Checkpoint.Unfit("belongs to another request or image");
        for (var i = 0; i < requests.Count; i++)
            run._runs[i] = ExplanationRun.Load(reader.ReadBytes(reader.ReadInt32()), requests[i], image, imageIndex, storedBaselines,
                frame);
        run.Begin();
        return run;
    }

    private void Begin()
    {
        _current = _runs.Where(r => r.Round is not null).MinBy(r => r.Round!.Number);
        _round = _current?.Round is { } round ? round with { Number = _computed } : null;
    }

    /// <summary>Finds the other requests that wait for the same round.</summary>
    private IEnumerable<ExplanationRun> Sharing(ExplanationRun current)
    {
        var own = current.Round!;
        return _runs.Where(other => other != current && other.Round is { } waiting && RoundContent.Comparer.Equals(waiting, own));
    }
}
