using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Dashboard.Hosting;

namespace SaliencyCluster.Browser.Tests.Scale;

/// <summary>The dashboard on a gateway whose answers a test makes up.</summary>
public abstract class DashboardHost : IAsyncLifetime
{
    private WebApplication _app = null!;

    /// <summary>Gets the address of the dashboard.</summary>
    public Uri Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        ListenOptions? grpc = null, http = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => (grpc = listen).Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => (http = listen).Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(TimeProvider.System).AddGrpc();
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
        builder.Services.AddSaliencyDashboard(_ => new() { Endpoint = () => new($"http://{grpc!.IPEndPoint}"), Handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true } });
        _app = builder.Build();
        MapServices(_app);
        _app.MapSaliencyDashboard();
        await _app.StartAsync();
        Http = new($"http://{http!.IPEndPoint}");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Maps the services that answer.</summary>
    protected abstract void MapServices(WebApplication app);
}
