using Npgsql;
using Orleans.Runtime;
using Orleans.Storage;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>Takes the database away from all silos, and counts what fails meanwhile.</summary>
internal sealed class DatabaseSwitch
{
    private int _failures;

    public volatile bool IsAway;

    public int Failures => Volatile.Read(ref _failures);

    public void Require()
    {
        if (!IsAway) return;
        Interlocked.Increment(ref _failures);
        throw new NpgsqlException("The test has taken the database away.");
    }
}

/// <summary>The real storage, except while the database is away.</summary>
internal sealed class FailingStorage(IGrainStorage inner, DatabaseSwitch database) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        database.Require();
        return inner.ReadStateAsync(stateName, grainId, grainState);
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        database.Require();
        return inner.WriteStateAsync(stateName, grainId, grainState);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        database.Require();
        return inner.ClearStateAsync(stateName, grainId, grainState);
    }
}
