using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Client;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Hosting;
using SaliencyCluster.Hosting.Silo;

namespace SaliencyCluster.Telemetry.Tests.Clusters;

/// <summary>A gateway or a worker with real storage and real ports inside the test process.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestSilo(WebApplication app, Uri metrics) => (_app, Metrics) = (app, metrics);

    /// <summary>Gets the address of the metrics port.</summary>
    public Uri Metrics { get; }

    public IServiceProvider Services => _app.Services;

    public GatewayAddresses? Addresses { get; private init; }

    public static Task<TestSilo> StartAsync(string roles, string data, params (string Key, string Value)[] settings) =>
        StartAsync(roles, data, new GatewayOptions { GrpcPort = 0, HttpPort = 0 }, settings);

    public static async Task<TestSilo> StartAsync(string roles, string data, GatewayOptions gateway, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.Append(("Saliency:Device:Lanes", "1")).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)));
        var metrics = builder.AddSaliencyCluster(new ClusterSettings { Roles = roles, DataDirectory = data, MetricsPort = 0, Name = $"{roles.Replace('+', '-')}-{Guid.NewGuid():n}" });
        var isGateway = roles.Contains("gateway", StringComparison.Ordinal);
        if (isGateway) builder.AddSaliencyGateway(gateway);
        var app = builder.Build();
        app.UseSaliencyOperations();
        if (isGateway) app.MapSaliencyGateway();
        if (!isGateway) await app.StartAsync();
        return new(app, metrics) { Addresses = isGateway ? await app.StartGatewayAsync() : null };
    }

    public SaliencyClient Client() => new(Addresses!.Grpc);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
