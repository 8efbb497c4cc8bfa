using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Hosting;
using Orleans.Storage;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Hosting.Storage;
using SaliencyCluster.Reporting;

namespace SaliencyCluster.QueueSimulation;

/// <summary>A gateway silo with its database and blobs, and a count of the jobs that the collector wakes.</summary>
internal sealed class HistoryHost : IIncomingGrainCallFilter, IAsyncDisposable
{
    private readonly IHost _host;
    private int _woken;

    private HistoryHost(string folder, string? database)
    {
        Blobs = new(Path.Combine(folder, "blobs"), TimeProvider.System);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<IBlobStore>(Blobs).AddSingleton<IReportWriter, ReportWriter>().AddSingleton<IIncomingGrainCallFilter>(this);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort.Of(0, IPAddress.Loopback), gatewayPort: 0);
            silo.AddGrainStorage(database is null ? GrainStorageSetup.Embedded(Path.Combine(folder, "cluster.db")) : Postgres(database));
            silo.AddSaliencySilo(Roles.Gateway, "", TimeProvider.System);
        });
        _host = builder.Build();
    }

    public FolderBlobStore Blobs { get; }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IGrainStorage Storage => _host.Services.GetRequiredKeyedService<IGrainStorage>(GrainStorage.Provider);

    /// <summary>Gets how often a job was asked for its blobs.</summary>
    public int Woken => Volatile.Read(ref _woken);

    public static async Task<HistoryHost> StartAsync(string folder, string? database)
    {
        var host = new HistoryHost(folder, database);
        await host._host.StartAsync();
        // The first calls fail until the silo knows its own roles.
        await Retry.CallAsync(() => host.Grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single).CountAsync(), TimeProvider.System, TimeSpan.FromMinutes(1));
        return host;
    }

    /// <summary>Makes an empty database on a server, and returns how to connect to it.</summary>
    public static async Task<string> NewDatabaseAsync(string server)
    {
        var name = $"history_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 50 }.ConnectionString;
    }

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType == typeof(IJobWorkGrain) && context.InterfaceMethod.Name == nameof(IJobWorkGrain.GetBlobsAsync)) Interlocked.Increment(ref _woken);
        return context.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static GrainStorageSetup.Database Postgres(string connection)
    {
        PostgresSchema.Apply(connection);
        return new("Npgsql", connection);
    }
}
