using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Client;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Hosting;
using SaliencyCluster.Hosting.Silo;

namespace SaliencyCluster.EndToEnd.Tests.Clusters;

/// <summary>A silo with real storage and real ports inside the test process: what Gateway, Worker and `serve` consist of.</summary>
internal sealed class TestProcess : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestProcess(WebApplication app, ErrorLog errors) => (_app, Errors) = (app, errors);

    public ErrorLog Errors { get; }

    public GatewayAddresses? Addresses { get; private init; }

    /// <summary>Gets the name of its silo.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the port of metrics and health.</summary>
    public required Uri Metrics { get; init; }

    public static async Task<TestProcess> StartAsync(string roles, string data, int grpcPort = 0, GatewayLimits? limits = null, Func<GatewayOptions, GatewayOptions>? gateway = null, Action<IServiceCollection>? services = null, string pool = "default")
    {
        var builder = WebApplication.CreateBuilder();
        var errors = new ErrorLog();
        builder.Logging.ClearProviders().AddProvider(errors);
        builder.Configuration.AddInMemoryCollection([new("Saliency:Device:Lanes", "1"), new("Saliency:Worker:Pool", pool)]);
        var name = $"{roles.Replace('+', '-')}-{Guid.NewGuid():n}";
        services?.Invoke(builder.Services);
        var metrics = builder.AddSaliencyCluster(new ClusterSettings { Roles = roles, DataDirectory = data, MetricsPort = 0, Name = name });
        var isGateway = roles.Contains("gateway", StringComparison.Ordinal);
        var options = new GatewayOptions { GrpcPort = grpcPort, HttpPort = 0, Limits = limits ?? new() };
        if (isGateway) builder.AddSaliencyGateway(gateway is null ? options : gateway(options));
        var app = builder.Build();
        app.UseSaliencyOperations();
        if (isGateway) app.MapSaliencyGateway();
        if (!isGateway) await app.StartAsync();
        return new(app, errors) { Name = name, Metrics = metrics, Addresses = isGateway ? await app.StartGatewayAsync() : null };
    }

    /// <summary>Gets everything that the gateway's ports answer.</summary>
    public IEnumerable<Endpoint> Endpoints => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints);

    public SaliencyClient Client(string? apiKey = null) => new(Addresses!.Grpc, new SaliencyClientOptions { ApiKey = apiKey });

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
