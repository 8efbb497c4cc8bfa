using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Reporting;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>This process as the gateway, workers in processes of their own, all in one database and one blob folder.</summary>
internal sealed class ProcessCluster : ISampleCluster, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<WorkerProcess> _workers = [];
    private readonly WebApplication _gateway;
    private readonly string[] _settings;

    private ProcessCluster(string? postgres, S3Server? s3, PeerFiles? tls, ILoggerProvider? everything)
    {
        // PostgreSQL is for a cluster of several hosts: its processes need certificates.
        if (postgres is not null) tls ??= new(_folder.Path);
        Tls = tls;
        _settings =
        [
            .. postgres is null ? [] : new[] { "--Saliency:Cluster:Storage=cluster", $"--Saliency:Cluster:ConnectionString={postgres}" },
            .. s3?.Settings ?? [],
            .. everything is null ? [] : new[] { "--Logging:LogLevel:Default=Information" },
        ];
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().AddProvider(Log);
        if (everything is not null) builder.Logging.AddProvider(everything);
        Metrics = builder.AddSaliencyCluster(new()
        {
            Roles = Roles.Gateway,
            DataDirectory = _folder.Path,
            MetricsPort = 0,
            Storage = postgres is null ? "embedded" : "cluster",
            ConnectionString = postgres,
            Blobs = s3?.Blobs,
            S3 = new() { Endpoint = s3?.Endpoint },
            Tls = tls?.Settings ?? new(),
        });
        builder.Services.AddSingleton<IReportWriter, ReportWriter>();
        _gateway = builder.Build();
        _gateway.UseSaliencyOperations();
    }

    public ErrorLog Log { get; } = new();

    public Uri Metrics { get; }

    public IBlobStore Blobs => _gateway.Services.GetRequiredService<IBlobStore>();

    public IGrainFactory Grains => _gateway.Services.GetRequiredService<IGrainFactory>();

    public IReadOnlyList<WorkerProcess> Workers => _workers;

    public PeerFiles? Tls { get; }

    /// <summary>Gets where the gateway's silo listens.</summary>
    public IPEndPoint SiloPort => _gateway.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.Endpoint;

    public static async Task<ProcessCluster> StartAsync(int workers, string? postgres = null, S3Server? s3 = null, PeerFiles? tls = null, ILoggerProvider? everything = null)
    {
        var cluster = new ProcessCluster(postgres, s3, tls, everything);
        await cluster._gateway.StartAsync(Test.Token);
        await cluster._gateway.Services.GetRequiredService<GatewayPresence>().WaitAsync(Test.Token);
        for (var i = 0; i < workers; i++) cluster.AddWorker();
        await cluster.WaitForDevicesAsync(workers);
        return cluster;
    }

    public WorkerProcess AddWorker() => AddWorker(Tls);

    public WorkerProcess AddWorker(PeerFiles? tls)
    {
        var worker = WorkerProcess.Start(_folder.Path, [.. _settings, .. tls?.Arguments ?? []]);
        _workers.Add(worker);
        return worker;
    }

    public Task WaitForDevicesAsync(int devices) => Eventually.TrueAsync(
        async () => await Grains.GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool).CountDevicesAsync() >= devices,
        $"{devices} devices serve the pool; workers said: {string.Join("\n", _workers.Select(w => w.Output))}");

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
        // Bounded, as every host's stop is: the grain directory waits to hand over to the workers, which are dead and not yet declared so.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await _gateway.StopAsync(limit.Token);
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }
}
