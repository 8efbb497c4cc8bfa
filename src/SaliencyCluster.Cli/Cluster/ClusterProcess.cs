using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Trials;

namespace SaliencyCluster.Cli.Cluster;

/// <summary>A gateway, a worker or both, running in this process.</summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    private const string CacheFolder = $"{DeviceOptions.Section}:{nameof(DeviceOptions.CacheFolder)}";

    /// <summary>For commands that run a cluster: their stop ends by itself, and how long it may take is a setting of the worker.</summary>
    public static readonly TimeSpan StopsByItself = Timeout.InfiniteTimeSpan;

    private readonly WebApplication _app;

    private ClusterProcess(WebApplication app, GatewayAddresses? addresses, Uri metrics, string data) =>
        (_app, Addresses, Metrics, Data) = (app, addresses, metrics, data);

    /// <summary>Gets where the gateway listens; null for a worker.</summary>
    public GatewayAddresses? Addresses { get; }

    /// <summary>Gets where metrics and health are.</summary>
    public Uri Metrics { get; }

    /// <summary>Gets the folder of database and blobs.</summary>
    public string Data { get; }

    /// <summary>Gets how long the stop of such a process takes at most: drain, leaving the cluster, and the end of what runs on the device.</summary>
    public TimeSpan StopTime => _app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout + Device.StopTime + TimeSpan.FromSeconds(30);

    /// <summary>Starts a gateway, with a worker beside it or without.</summary>
    /// <param name="settings">What differs from the configuration.</param>
    /// <param name="withWorker">Whether this process computes too.</param>
    /// <param name="log">The least level that is logged to the error stream.</param>
    /// <param name="cancellation">Stops the start.</param>
    /// <exception cref="Onnx.SaliencyException">SAL90xx, SAL91xx, SAL92xx: something is in the way; says what.</exception>
    public static async Task<ClusterProcess> StartGatewayAsync(ProcessSettings settings, bool withWorker, LogLevel log, CancellationToken cancellation)
    {
        var builder = Builder(settings, log);
        // Checked before anything is opened, so that a wrong port leaves no half-made database behind.
        var gateway = GatewayOptionsReader.Read(builder.Configuration);
        var cluster = ClusterSettingsReader.Read(builder.Configuration) with { Roles = withWorker ? "gateway+worker" : "gateway" };
        var metrics = builder.AddSaliencyCluster(cluster, cancellation);
        builder.AddSaliencyGateway(gateway);
        var app = builder.Build();
        app.UseSaliencyOperations();
        app.MapSaliencyGateway();
        try
        {
            return new(app, await app.StartGatewayAsync(cancellation), metrics, Path.GetFullPath(cluster.DataDirectory));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a worker that joins the gateways which share its storage.</summary>
    /// <inheritdoc cref="StartGatewayAsync"/>
    public static async Task<ClusterProcess> StartWorkerAsync(ProcessSettings settings, LogLevel log, CancellationToken cancellation)
    {
        var builder = Builder(settings, log);
        var cluster = ClusterSettingsReader.Read(builder.Configuration) with { Roles = "worker" };
        var metrics = builder.AddSaliencyCluster(cluster, cancellation);
        var app = builder.Build();
        app.UseSaliencyOperations();
        try
        {
            await app.StartAsync(cancellation);
            return new(app, null, metrics, Path.GetFullPath(cluster.DataDirectory));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the process is told to stop. It serves on until it is disposed, so that workers beside it can hand back what they hold.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL4023: native code does not end, so the process must.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var told = _app.Lifetime.ApplicationStopping.Register(stop.SetResult);
        using var cancelled = cancellation.Register(_app.Lifetime.StopApplication);
        await stop.Task;
        if (_app.Services.GetService<Device>()?.Health.Lost is { Code: "SAL4023" } stuck) throw stuck;
    }

    /// <summary>Drains and stops; what does not stop in its time is left to the end of the process.</summary>
    public async ValueTask DisposeAsync()
    {
        var limit = StopTime;
        var stopped = StopAsync();
        await stopped.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopped.IsCompleted) await stopped;
        else await Console.Error.WriteLineAsync($"The process did not stop in good order within {limit.TotalSeconds:0} s; it ends now.");
    }

    private async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static WebApplicationBuilder Builder(ProcessSettings settings, LogLevel log)
    {
        var builder = ClusterHost.CreateBuilder();
        settings.AddTo(builder.Configuration);
        builder.Services.AddSingleton(TrialCommand.OfThisProcess(typeof(ClusterProcess)));
        if (builder.Configuration[CacheFolder] is null && UserCache.Folder is { } cache) builder.Configuration[CacheFolder] = cache;
        builder.Logging.ClearProviders();
        // Results go to the standard output, and nothing but results.
        builder.Logging.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.SetMinimumLevel(log).AddFilter("Microsoft", Quieter(log)).AddFilter("Orleans", log < LogLevel.Warning ? LogLevel.Warning : LogLevel.Error).AddFilter("Grpc", Quieter(log));
        // A start that fails is told as an error of the command, once and without a stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        return builder;
    }

    // What others say of every request is of interest only when they complain; Orleans also warns of what is normal on one host.
    private static LogLevel Quieter(LogLevel log) => log < LogLevel.Warning ? LogLevel.Warning : log;
}
