using System.Security.Cryptography;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>What one run had at one moment. Thread-safe against the run, not against another snapshot of it: methods keep what they worked out.</summary>
public sealed class RunSnapshot
{
    private readonly Checkpoint.Owner _owner;
    private readonly IAttributionMethod _method;
    private readonly MethodContext? _context;
    private readonly int _roundsDone;
    private readonly int _pointsDone;
    private readonly IReadOnlyList<RoundResult> _done;
    private readonly Round? _round;
    private readonly Partial[] _nodes;
    private readonly Explanation? _result;
    private readonly RunProgress _progress;

    internal RunSnapshot(
        Checkpoint.Owner owner, IAttributionMethod method, MethodContext? context, int roundsDone, int pointsDone,
        IReadOnlyList<RoundResult> done, Round? round, Partial[] nodes, Explanation? result, RunProgress progress)
    {
        (_owner, _method, _context, _roundsDone, _pointsDone) = (owner, method, context, roundsDone, pointsDone);
        (_done, _round, _nodes, _result, _progress) = (done, round, nodes, result, progress);
    }

    /// <summary>Gets the best estimate from what had arrived of the method's rounds, or null before anything had.</summary>
    public Preview? Preview()
    {
        if (_result is not null) return new(_result.Estimate, _progress);
        if (_context is null || _round is null) return null;
        var known = PartialRound.Estimate(_round, _nodes, (float?)_round.Similarity?.Own ?? _context.Probe.ImageScore);
        if (known is null && _roundsDone == 0) return null;
        return new(_method.Finish(_context, known is null ? _done : [.. _done, known]), _progress);
    }

    /// <summary>Gets everything that had arrived, as versioned bytes.</summary>
    public byte[] Save() => Checkpoint.Write(_owner, _context?.Probe, _roundsDone, _pointsDone, _done, _nodes);
}

/// <summary>What a comparison had at one moment.</summary>
public sealed class ComparisonSnapshot
{
    private readonly RunSnapshot[] _runs;
    private readonly int _current;
    private readonly int[] _numbers;

    internal ComparisonSnapshot(RunSnapshot[] runs, int current, int[] numbers) => (_runs, _current, _numbers) = (runs, current, numbers);

    /// <summary>Gets the best estimate of the request that was computed.</summary>
    public Preview? Preview() => _runs[_current].Preview();

    /// <summary>Gets everything that had arrived, as versioned bytes.</summary>
    public byte[] Save()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(ComparisonRun.Magic);
        foreach (var number in _numbers) writer.Write(number);
        foreach (var run in _runs)
        {
            var saved = run.Save();
            writer.Write(saved.Length);
            writer.Write(saved);
        }
        writer.Flush();
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }
}
