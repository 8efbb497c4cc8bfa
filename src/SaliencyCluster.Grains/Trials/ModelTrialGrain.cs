using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Trials;

/// <summary>Keeps in one row which graphs of a model were proven, who runs others for the first time, and which processes that has
/// ended.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.model-trial")]
internal sealed class ModelTrialGrain(
    [PersistentState("trial", GrainStorage.Provider)] IPersistentState<ModelTrialRecord> record,
    IOptions<TrialOptions> options, IClusterMembershipService membership, TimeProvider time, ILogger<ModelTrialGrain> logger)
    : DurableGrain<ModelTrialRecord>(record), IModelTrialGrain
{
    // Graphs follow from methods, layers, image sizes and micro-batches: of a model that is used in more ways the oldest are tried again.
    private const int MaxProven = 512;

    // A process that has just joined may not be known here yet.
    private static readonly TimeSpan Joining = TimeSpan.FromSeconds(30);

    private bool _isListed;

    private string Model => this.GetPrimaryKeyString();

    private IQuarantineListGrain List => GrainFactory.GetGrain<IQuarantineListGrain>(GrainKeys.Single);

    public async Task<TrialReply> BeginAsync(TrialAttempt attempt)
    {
        var now = await ChangeAsync(r => Admit(Bury(r), attempt));
        if (await QuarantineAsync() is { } quarantine) return new(TrialVerdict.Quarantined, quarantine);
        return new(now.Proven.Contains(attempt.Graph) ? TrialVerdict.Proven
            : now.Attempts.Exists(a => a.Attempt.Id == attempt.Id) ? TrialVerdict.Try : TrialVerdict.Wait);
    }

    public async Task<ModelQuarantine?> EndAsync(TrialAttempt attempt, TrialOutcome outcome, string? what = null)
    {
        await ChangeAsync(r => outcome switch
        {
            TrialOutcome.Behaved => Prove(r, attempt),
            TrialOutcome.Ended => Die(r, attempt, what ?? "the process ended"),
            _ => Forget(r, attempt.Id),
        });
        return await QuarantineAsync();
    }

    public async Task<ModelQuarantine?> GetAsync()
    {
        await ChangeAsync(Bury);
        return await QuarantineAsync();
    }

    public async Task<ModelQuarantine?> ReleaseAsync()
    {
        var quarantine = QuarantineOf(await ReadStateAsync());
        // The list first: of what it lacks it is told again, of what it has too much nobody would know.
        await List.RemoveAsync(Model);
        _isListed = false;
        await UpdateStateAsync(r => r.Deaths.Count == 0 && r.Quarantined is null ? r : r with { Deaths = [], Quarantined = null });
        if (quarantine is not null) logger.Released(Model);
        return quarantine;
    }

    private async Task<ModelTrialRecord> ChangeAsync(Func<ModelTrialRecord, ModelTrialRecord> change)
    {
        var before = (await ReadStateAsync()).Quarantined;
        var now = await UpdateStateAsync(r => Judge(change(r)));
        if (before is null && now.Quarantined is not null) logger.Quarantined(Model, now.Deaths.Count, now.Deaths[^1].What);
        return now;
    }

    private async Task<ModelQuarantine?> QuarantineAsync()
    {
        var quarantine = QuarantineOf(State);
        if (quarantine is null || _isListed) return quarantine;
        await List.AddAsync(quarantine);
        _isListed = true;
        return quarantine;
    }

    private ModelQuarantine? QuarantineOf(ModelTrialRecord r) =>
        r.Quarantined is { } since ? new(Model, since, r.Deaths.Count, r.Deaths[^1].What) : null;

    // A model may end so many processes and no more: those that run it for the first time are counted as if it would end them.
    private ModelTrialRecord Admit(ModelTrialRecord r, TrialAttempt attempt)
    {
        if (r.Quarantined is not null || r.Proven.Contains(attempt.Graph) || r.Attempts.Exists(a => a.Attempt.Id == attempt.Id)) return r;
        var processes = r.Attempts.Select(a => a.Attempt.SiloAddress).Append(attempt.SiloAddress).Distinct().Count();
        return r.Deaths.Count + processes > options.Value.MaxEnded ? r
            : r with { Attempts = [.. r.Attempts, new(attempt, time.GetUtcNow())] };
    }

    // What a process that has gone was running for the first time has ended it, as far as anybody knows.
    private ModelTrialRecord Bury(ModelTrialRecord r)
    {
        foreach (var process in r.Attempts.Where(a => !Lives(a)).GroupBy(a => a.Attempt.SiloAddress).ToList())
        {
            var first = process.First().Attempt;
            r = r with
            {
                Attempts = [.. r.Attempts.Where(a => a.Attempt.SiloAddress != process.Key)],
                Deaths = [.. r.Deaths, new(first.Id, [.. process.Select(a => a.Attempt.Graph)], time.GetUtcNow(),
                    $"{first.Worker} was gone before it had run it.")],
            };
        }
        return r;
    }

    private bool Lives(OpenAttempt open) =>
        membership.CurrentSnapshot.Members.TryGetValue(SiloAddress.FromParsableString(open.Attempt.SiloAddress), out var member)
            ? member.Status != SiloStatus.Dead : time.GetUtcNow() - open.Since < Joining;

    private static ModelTrialRecord Forget(ModelTrialRecord r, Guid attempt) =>
        r.Attempts.Exists(a => a.Attempt.Id == attempt) ? r with { Attempts = [.. r.Attempts.Where(a => a.Attempt.Id != attempt)] } : r;

    // Whatever ended processes that ran the graph, it was not the graph.
    private static ModelTrialRecord Prove(ModelTrialRecord r, TrialAttempt attempt)
    {
        r = Forget(r, attempt.Id);
        if (r.Quarantined is null && r.Deaths.Exists(d => d.Graphs.Contains(attempt.Graph)))
        {
            var deaths = r.Deaths.Select(d => d with { Graphs = [.. d.Graphs.Where(g => g != attempt.Graph)] });
            r = r with { Deaths = [.. deaths.Where(d => d.Graphs.Count > 0)] };
        }
        return r.Proven.Contains(attempt.Graph) ? r : r with { Proven = [.. r.Proven.TakeLast(MaxProven - 1), attempt.Graph] };
    }

    private ModelTrialRecord Die(ModelTrialRecord r, TrialAttempt attempt, string what)
    {
        r = Forget(r, attempt.Id);
        if (r.Proven.Contains(attempt.Graph)) r = r with { Proven = [.. r.Proven.Where(g => g != attempt.Graph)] };
        return r.Deaths.Exists(d => d.Attempt == attempt.Id) ? r
            : r with { Deaths = [.. r.Deaths, new(attempt.Id, [attempt.Graph], time.GetUtcNow(), what)] };
    }

    private ModelTrialRecord Judge(ModelTrialRecord r) =>
        r.Quarantined is null && r.Deaths.Count >= options.Value.MaxEnded ? r with { Quarantined = time.GetUtcNow() } : r;
}

/// <summary>What is stored of a model's trials.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.ModelTrialRecord")]
internal sealed record ModelTrialRecord
{
    /// <summary>Gets who runs a graph that was never run.</summary>
    [Id(0)] public List<OpenAttempt> Attempts { get; init; } = [];

    /// <summary>Gets the processes that it ended.</summary>
    [Id(1)] public List<EndedProcess> Deaths { get; init; } = [];

    /// <summary>Gets the graphs that were run, the newest last.</summary>
    [Id(2)] public List<string> Proven { get; init; } = [];

    /// <summary>Gets since when it is not run any more.</summary>
    [Id(3)] public DateTimeOffset? Quarantined { get; init; }
}

/// <summary>An attempt of which nobody knows how it ends.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.OpenAttempt")]
internal sealed record OpenAttempt([property: Id(0)] TrialAttempt Attempt, [property: Id(1)] DateTimeOffset Since);

/// <summary>A process that a model ended.</summary>
/// <param name="Attempt">Which attempt told of it.</param>
/// <param name="Graphs">The graphs that it ran for the first time; when all of them are proven it was something else.</param>
/// <param name="When">When that was noticed.</param>
/// <param name="What">What happened.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.EndedProcess")]
internal sealed record EndedProcess(
    [property: Id(0)] Guid Attempt, [property: Id(1)] List<string> Graphs, [property: Id(2)] DateTimeOffset When,
        [property: Id(3)] string What);
