using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Storage;
using Orleans.TestingHost;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Hosting.Storage;
using SaliencyCluster.Reporting;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>A cluster in this process: silos with roles, one SQLite file, one blob folder, real devices of one lane each.</summary>
internal sealed class RoleCluster : ISampleCluster, IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly TemporaryFolder _folder;
    private int _gateways;

    private RoleCluster(int gateways, int workers, Dictionary<string, string?> settings)
    {
        (_gateways, _folder) = (gateways, new());
        Blobs = new FolderBlobStore(Path.Combine(_folder.Path, "blobs"), TimeProvider.System);
        SiloBlobs = new(Blobs);
        var database = GrainStorageSetup.Embedded(Path.Combine(_folder.Path, "cluster.db"));
        var builder = new InProcessTestClusterBuilder((short)(gateways + workers));
        builder.Options.AssumeHomogenousSilosForTesting = false;
        builder.Options.ConfigureFileLogging = false;
#pragma warning disable ORLEANSEXP003 // As in production: see SiloSetup.
        builder.Options.UseDistributedGrainDirectory = true;
#pragma warning restore ORLEANSEXP003
        builder.ConfigureSilo((options, silo) =>
        {
            silo.AddGrainStorage(database, inner => new FailingStorage(inner, Database));
            silo.Services.AddSingleton<IBlobStore>(SiloBlobs).AddSingleton<IReportWriter, ReportWriter>();
            if (RoleOf(options.SiloName) == Roles.Worker) silo.AddOutgoingGrainCallFilter(Calls);
            silo.AddSaliencySilo(RoleOf(options.SiloName), GrainKeys.DefaultPool, TimeProvider.System);
        });
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings) { ["Saliency:Device:Lanes"] = "1" });
            host.Logging.ClearProviders().AddProvider(Log).AddFilter("Polly", LogLevel.None);
        });
        _cluster = builder.Build();
    }

    public ErrorLog Log { get; } = new();

    /// <summary>Gets the switch that takes the database away.</summary>
    public DatabaseSwitch Database { get; } = new();

    public IBlobStore Blobs { get; }

    /// <summary>Gets what workers called.</summary>
    public CallCount Calls { get; } = new();

    /// <summary>Gets a service of the first gateway.</summary>
    public T OfGateway<T>() where T : notnull => _cluster.GetSiloServiceProvider(Gateway.SiloAddress).GetRequiredService<T>();

    /// <summary>Gets the store as the silos see it.</summary>
    public FailingBlobs SiloBlobs { get; }

    /// <summary>Gets where grains keep their state.</summary>
    public IGrainStorage Storage => _cluster.GetSiloServiceProvider(Gateway.SiloAddress).GetRequiredKeyedService<IGrainStorage>(GrainStorage.Provider);

    /// <summary>Gets grains as a gateway process does: through a silo.</summary>
    public IGrainFactory Grains => GrainsOf(Gateway);

    public InProcessSiloHandle Gateway => _cluster.Silos.First(s => RoleOf(s.Name) == Roles.Gateway);

    public IEnumerable<InProcessSiloHandle> Workers => _cluster.Silos.Where(s => RoleOf(s.Name) == Roles.Worker);

    public static async Task<RoleCluster> StartAsync(int gateways = 1, int workers = 1, params (string Key, string Value)[] settings)
    {
        var cluster = new RoleCluster(gateways, workers, settings.ToDictionary(s => s.Key, s => (string?)s.Value));
        await cluster._cluster.DeployAsync();
        foreach (var silo in cluster._cluster.Silos)
            await cluster._cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<GatewayPresence>().WaitAsync(Test.Token);
        await cluster.WaitForDevicesAsync(workers);
        return cluster;
    }

    /// <summary>Gets grains as that silo does.</summary>
    public IGrainFactory GrainsOf(InProcessSiloHandle silo) => _cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<IGrainFactory>();

    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    public Task KillAsync(InProcessSiloHandle silo) => _cluster.KillSiloAsync(silo);

    public async Task<InProcessSiloHandle> AddWorkerAsync() => await _cluster.StartAdditionalSiloAsync();

    /// <summary>Gets the silo that a grain is active on.</summary>
    public async Task<InProcessSiloHandle> HomeOfAsync(IAddressable grain)
    {
        var active = await Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        var silo = active.Single(g => g.GrainId == grain.GetGrainId()).SiloAddress;
        return _cluster.Silos.Single(s => s.SiloAddress == silo);
    }

    /// <summary>Lists the rows of the database: the kind of the grain, its key, and the bytes of its state.</summary>
    public IReadOnlyList<(string Kind, string Key, long Bytes)> Rows()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "cluster.db")};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT GrainTypeString, GrainIdExtensionString, coalesce(length(PayloadBinary), 0) FROM OrleansStorage ORDER BY 1, 2";
        using var reader = command.ExecuteReader();
        var rows = new List<(string, string, long)>();
        while (reader.Read()) rows.Add((reader.GetString(0), reader.IsDBNull(1) ? "" : reader.GetString(1), reader.GetInt64(2)));
        return rows;
    }

    /// <summary>Ends the activations of these kinds of grains, or of all of ours: what they say next is what is stored.</summary>
    public async Task DeactivateAsync(params string[] kinds)
    {
        foreach (var grain in await Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics())
        {
            var kind = grain.GrainId.Type.ToString()!;
            if (!kinds.Contains(kind) && (kinds.Length > 0 || !kind.StartsWith("saliency.", StringComparison.Ordinal))) continue;
            try
            {
                await Grains.GetGrain(grain.GrainId).AsReference<Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
            }
            catch (Exception error) when (Retry.IsTransient(error))
            {
                // It had gone, and what fails at random kept the call from making another one.
            }
        }
    }

    /// <summary>Waits until the queue knows that many devices.</summary>
    public Task WaitForDevicesAsync(int devices) => Eventually.TrueAsync(
        async () => await Grains.GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool).CountDevicesAsync() >= devices, $"{devices} devices serve the pool");

    public async ValueTask DisposeAsync()
    {
        // Workers first, as an orderly shutdown does: a worker drains for minutes where no gateway is left that takes its results.
        foreach (var worker in Workers.ToArray())
        {
            if (_cluster.Silos.Any(s => RoleOf(s.Name) == Roles.Gateway)) await StopAsync(worker);
            else await KillAsync(worker);
        }
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    // Silo_0 is the first; silos that are added later are workers.
    private string RoleOf(string name) => int.Parse(name[(name.LastIndexOf('_') + 1)..]) < _gateways ? Roles.Gateway : Roles.Worker;
}
