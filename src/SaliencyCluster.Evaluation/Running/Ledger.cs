namespace SaliencyCluster.Evaluation.Running;

/// <summary>Adds up the answers of batches, in the order of the plan and not of their arrival.</summary>
internal sealed class Ledger
{
    private readonly List<Measurement> _measurements = [];
    private readonly List<MontageMap> _montage = [];
    private readonly SortedSet<string> _failures = new(StringComparer.Ordinal);
    private readonly HashSet<string> _states = [];
    private long _maps, _points, _forwardPoints;

    public IReadOnlyList<Measurement> Measurements => _measurements;

    /// <summary>Gets the maps to show: image by image, method by method.</summary>
    public IReadOnlyList<MontageMap> Montage =>
        [.. _montage.OrderBy(m => m.Image).ThenBy(m => m.Method, StringComparer.Ordinal).ThenBy(m => m.Slot?.Condition, StringComparer.Ordinal).ThenBy(m => m.Slot?.Stage ?? -1)];

    public void Add(BatchAnswer answer)
    {
        _measurements.AddRange(answer.Measurements);
        _montage.AddRange(answer.Montage);
        _failures.UnionWith(answer.Failures);
        if (answer.State is { } state) _states.Add(state);
        _maps += answer.Maps;
        _points += answer.Points;
        _forwardPoints += answer.ForwardPoints;
    }

    public EvaluationFacts Facts() => new(_maps, _points, _forwardPoints, _states.Count, [.. _failures]);
}
