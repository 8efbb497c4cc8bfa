using System.Collections.Concurrent;
using Npgsql;
using Orleans.Runtime;
using Orleans.Storage;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>When an operation of the storage fails.</summary>
public enum FailureMoment
{
    /// <summary>It did not reach the database.</summary>
    Before,

    /// <summary>It reached the database, and the answer was lost.</summary>
    After,
}

/// <summary>Takes the database away from all silos, or lets single writes fail, and counts what fails.</summary>
internal sealed class DatabaseSwitch
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, int> _writes = new();
    private int _failures;
    private (string GrainType, FailureMoment Moment)? _next;

    public volatile bool IsAway;

    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Gets how often each kind of grain has written, as it is now.</summary>
    public IReadOnlyDictionary<string, int> Writes => new Dictionary<string, int>(_writes);

    /// <summary>Gets or sets what decides for each operation whether it fails; null for none.</summary>
    public Func<FailureMoment?>? Chance { get; set; }

    /// <summary>Gets or sets the kind of grains, or the one grain, at whose writes the storage has a fault of its own; null for none.</summary>
    public string? Faulty { get; set; }

    /// <summary>Gets or sets what each write waits for before it begins; null for nothing.</summary>
    public Func<GrainId, Task>? Gate { get; set; }

    /// <summary>Lets the next write of a kind of grain fail, once.</summary>
    public void FailNext(string grainType, FailureMoment moment)
    {
        lock (_lock) _next = (grainType, moment);
    }

    /// <summary>Lets nothing fail any more.</summary>
    public void Heal()
    {
        lock (_lock) _next = null;
        (IsAway, Chance, Faulty, Gate) = (false, null, null, null);
    }

    public Task ReadAsync(Func<Task> read) => RunAsync(read, IsAway || Chance?.Invoke() is not null ? FailureMoment.Before : null);

    /// <summary>Writes, where it does not fail before.</summary>
    public async Task WriteAsync(GrainId grain, Func<Task> write)
    {
        if (Gate is { } gate) await gate(grain);
        if (Faulty is { } faulty && (grain.Type.ToString() == faulty || grain.ToString() == faulty)) throw new InvalidOperationException($"The storage has a fault at {grain}.");
        var failure = IsAway ? FailureMoment.Before : Taken(grain) ?? Chance?.Invoke();
        await RunAsync(write, failure);
        _writes.AddOrUpdate(grain.Type.ToString()!, 1, (_, count) => count + 1);
    }

    private FailureMoment? Taken(GrainId grain)
    {
        lock (_lock)
        {
            if (_next is not { } next || grain.Type.ToString() != next.GrainType) return null;
            _next = null;
            return next.Moment;
        }
    }

    private async Task RunAsync(Func<Task> operation, FailureMoment? failure)
    {
        if (failure is null or FailureMoment.After) await operation();
        if (failure is null) return;
        Interlocked.Increment(ref _failures);
        throw new NpgsqlException("The test has taken the database away.");
    }
}

/// <summary>The real storage, except while the database is away.</summary>
internal sealed class FailingStorage(IGrainStorage inner, DatabaseSwitch database) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        database.ReadAsync(() => inner.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        AnsweredAsync(grainId, grainState, state => inner.WriteStateAsync(stateName, grainId, state));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        AnsweredAsync(grainId, grainState, state => inner.ClearStateAsync(stateName, grainId, state));

    // What the answer tells, such as the new version of the row, is lost with it.
    private async Task AnsweredAsync<T>(GrainId grainId, IGrainState<T> known, Func<IGrainState<T>, Task> access)
    {
        var answer = new GrainState<T> { State = known.State, ETag = known.ETag, RecordExists = known.RecordExists };
        await database.WriteAsync(grainId, () => access(answer));
        (known.State, known.ETag, known.RecordExists) = (answer.State, answer.ETag, answer.RecordExists);
    }
}
