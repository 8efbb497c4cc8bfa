namespace SaliencyCluster.Evaluation.Running;

/// <summary>Everything that an evaluation keeps of one batch: numbers, the few maps that the report shows, and what it took. The maps
/// themselves are not needed any more.</summary>
public sealed record BatchAnswer
{
    /// <summary>Gets what was measured.</summary>
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    /// <summary>Gets the maps to show.</summary>
    public IReadOnlyList<MontageMap> Montage { get; init; } = [];

    /// <summary>Gets the hash of the model state that was explained; null for batches that computed no map.</summary>
    public string? State { get; init; }

    /// <summary>Gets the number of maps that were computed.</summary>
    public long Maps { get; init; }

    /// <summary>Gets the evaluations of the network for them.</summary>
    public long Points { get; init; }

    /// <summary>Gets the forward passes on changed images.</summary>
    public long ForwardPoints { get; init; }

    /// <summary>Gets why images have no answer.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>What it took to explain images by one method, before anything is measured.</summary>
    public static BatchAnswer Of(ModelState state, MethodUnderTest method, IReadOnlyList<ExplainedMap> explained) => new()
    {
        State = state.Hash,
        Maps = explained.Count,
        Points = explained.Sum(e => e.Points),
        Failures = [.. explained.Where(e => e.Failure is not null).Select(e => $"{method.Name}: {e.Failure}")],
    };

    /// <summary>Puts answers about one model state together, in their order.</summary>
    public static BatchAnswer Of(IReadOnlyCollection<BatchAnswer> parts) => new()
    {
        Measurements = [.. parts.SelectMany(p => p.Measurements)],
        Montage = [.. parts.SelectMany(p => p.Montage)],
        State = parts.Select(p => p.State).FirstOrDefault(s => s is not null),
        Maps = parts.Sum(p => p.Maps),
        Points = parts.Sum(p => p.Points),
        ForwardPoints = parts.Sum(p => p.ForwardPoints),
        Failures = [.. parts.SelectMany(p => p.Failures)],
    };
}
