using System.Data.Common;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;
using SaliencyCluster.Grains.Abstractions.Storage;

namespace SaliencyCluster.Hosting.Storage;

/// <summary>
/// Grain state, and a coded error where the database does not answer. A driver's own error does not cross silos: whoever called a grain that
/// could not be activated was told that it has no codec, which looks like a fault of the work instead of a database to wait for.
/// </summary>
internal sealed partial class CodedStorage(IGrainStorage inner, ILogger<CodedStorage> logger) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        CodedAsync(() => inner.ReadStateAsync(stateName, grainId, grainState), grainId);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        CodedAsync(() => inner.WriteStateAsync(stateName, grainId, grainState), grainId);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        CodedAsync(() => inner.ClearStateAsync(stateName, grainId, grainState), grainId);

    private async Task CodedAsync(Func<Task> access, GrainId grain)
    {
        try
        {
            await access();
        }
        catch (DbException error)
        {
            LogDatabaseAway(grain.Type.ToString()!, error);
            throw StorageOutage.OfDatabase();
        }
    }

    [LoggerMessage(EventId = 3501, Level = LogLevel.Warning, Message = "The database did not answer a {Grain}; whoever called is told SAL9032")]
    private partial void LogDatabaseAway(string grain, Exception cause);
}
