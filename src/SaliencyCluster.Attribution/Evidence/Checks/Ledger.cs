using System.Collections.Concurrent;

namespace SaliencyCluster.Attribution.Evidence.Checks;

/// <summary>Collects what an evaluation finds, from several batches at a time.</summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly List<Measurement> _measurements = [];
    private readonly List<MontageMap> _montage = [];
    private readonly SortedSet<string> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _states = new();
    private IProgress<EvaluationProgress>? _progress;
    private long _maps, _points, _forwardPoints;
    private int _done, _total;

    public IReadOnlyList<Measurement> Measurements => _measurements;

    /// <summary>Gets the maps to show, in an order that does not depend on which batch came first.</summary>
    public IReadOnlyList<MontageMap> Montage =>
        [.. _montage.OrderBy(m => m.Image).ThenBy(m => m.Method, StringComparer.Ordinal).ThenBy(m => m.Slot?.Condition, StringComparer.Ordinal).ThenBy(m => m.Slot?.Stage ?? -1)];

    public void Start(IProgress<EvaluationProgress>? progress, int total) => (_progress, _total) = (progress, total);

    public void Add(IEnumerable<Measurement> measurements) => _measurements.AddRange(measurements);

    public void Show(MontageMap map)
    {
        lock (_gate) _montage.Add(map);
    }

    public void Computed(ModelState state, string method, IReadOnlyList<ExplainedMap> maps)
    {
        _states.TryAdd(state.Hash, true);
        Interlocked.Add(ref _maps, maps.Count);
        Interlocked.Add(ref _points, maps.Sum(m => m.Points));
        foreach (var failed in maps.Where(m => m.Failure is not null))
            lock (_gate) _failures.Add($"{method}: {failed.Failure}");
    }

    public void Forwarded(int points) => Interlocked.Add(ref _forwardPoints, points);

    public void Done(string what)
    {
        var done = Interlocked.Increment(ref _done);
        _progress?.Report(new(done, _total, Interlocked.Read(ref _points) + Interlocked.Read(ref _forwardPoints), what));
    }

    public EvaluationFacts Facts() => new(_maps, _points, _forwardPoints, _states.Count, [.. _failures]);
}
