using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using Orleans.Hosting;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Retention;
using SaliencyCluster.Grains.Workers;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Hosting.Health;
using SaliencyCluster.Hosting.Storage;
using SaliencyCluster.Hosting.Telemetry;
using SaliencyCluster.Hosting.Tls;

namespace SaliencyCluster.Hosting.Silo;

/// <summary>What every process of the cluster is made of: silo, storage, blobs, telemetry and health.</summary>
public static partial class ClusterHost
{
    /// <summary>
    /// Makes the builder of a process. Configuration files are read once: watching them for changes means watching every folder below the
    /// current one, which takes minutes where that is a large tree, such as the root of a file system.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(params string[] args) => WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);

    /// <summary>Adds a silo with the roles of the settings, and the metrics port.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="settings">Made by <see cref="ClusterSettingsReader"/>.</param>
    /// <param name="cancellation">Ends the wait for a database or object store that is away.</param>
    /// <returns>The address of the metrics port, for messages.</returns>
    /// <exception cref="Onnx.SaliencyException">SAL9201 settings, SAL9204 and SAL9205 certificate of the cluster, SAL9202 and SAL9203 database, SAL9101 blob folder, SAL9105 to SAL9107 object store: each says what is wrong. A database or object store
    /// that does not answer is waited for during <see cref="ClusterSettings.StartPatience"/>.</exception>
    public static Uri AddSaliencyCluster(this WebApplicationBuilder builder, ClusterSettings settings, CancellationToken cancellation = default)
    {
        ClusterSettingsReader.Checked(settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        using (var logging = LoggerFactory.Create(l => l.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole().AddLogFormat(settings)))
        {
            if (settings.Tls.IsOn) _ = new PeerTls(settings.Tls, TimeProvider.System, NullLogger.Instance); // throws where it cannot be used
            else if (settings.TlsReason is { } why) LogUnprotected(logging.CreateLogger(typeof(ClusterHost)), why);
            var patience = new StartPatience(settings.StartPatience, TimeProvider.System, logging.CreateLogger<StartPatience>(), cancellation);
            builder.Services.AddSingleton<IBlobStore>(new MeteredBlobStore(BlobStores.Open(settings, TimeProvider.System, patience), TimeProvider.System));
            GrainStorageSetup.WaitFor(settings, patience);
        }
        builder.Services.AddSingleton(Options.Create(new RetentionOptions
        {
            Retention = settings.Retention,
            BlobGrace = settings.BlobGrace,
            SweepPeriod = settings.SweepPeriod,
        }));
        var worker = builder.Configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>() ?? new();
        builder.Host.UseOrleans(silo =>
        {
            silo.AddEndpoints(settings);
            if (settings.Tls.IsOn) silo.AddPeerTls(settings.Tls);
            silo.AddStorage(settings);
            silo.AddSaliencySilo(settings.Roles, worker.Pool, TimeProvider.System);
        });
        // The drain and then the silo's own leaving must fit.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = worker.DrainTime + TimeSpan.FromSeconds(30));
        // Waiting for the first gateway is a normal state, and its retries are logged by Polly one by one.
        builder.Logging.AddFilter("Polly", LogLevel.None);
        if (settings.Telemetry) builder.Services.AddTelemetry(settings);
        builder.Logging.AddLogFormat(settings);
        return builder.AddMetricsPort(settings);
    }

    /// <summary>Answers <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c> on the metrics port and nothing else there.</summary>
    public static WebApplication UseSaliencyOperations(this WebApplication app)
    {
        var port = app.Services.GetRequiredService<MetricsPort>().Number;
        app.MapWhen(context => context.Connection.LocalPort == port, branch =>
        {
            if (app.Services.GetRequiredService<ClusterSettings>().Telemetry) branch.UseOpenTelemetryPrometheusScrapingEndpoint();
            branch.UseHealth();
        });
        return app;
    }

    private static Uri AddMetricsPort(this WebApplicationBuilder builder, ClusterSettings settings)
    {
        // IPv6Any takes IPv4 too.
        var any = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        var address = settings.MetricsAddress == "any" ? any : IPAddress.Parse(settings.MetricsAddress);
        var port = FreePort.Of(settings.MetricsPort, address);
        builder.Services.AddSingleton(new MetricsPort(port));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port));
        return new Uri($"http://{(settings.MetricsAddress == "any" ? "localhost" : settings.MetricsAddress)}:{port}");
    }

    [LoggerMessage(EventId = 3510, Level = LogLevel.Warning, Message =
        "Traffic between processes is neither encrypted nor authenticated (Saliency:Cluster:Tls:Required=false), though {Why}: whoever reaches the silo port has all rights")]
    private static partial void LogUnprotected(ILogger logger, string why);

    private sealed record MetricsPort(int Number);
}
