using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using SaliencyCluster.Runtime.Devices;

namespace SaliencyCluster.Hosting.Health;

/// <summary>
/// Liveness says that the process answers and has not lost its GPU; readiness that its silo is a member, it is not leaving, and its device
/// computes; started that it has been a member once. None waits for the device, and none calls a grain or the database: a slow database must not restart every process.
/// </summary>
internal static class HealthEndpoints
{
    public static void UseHealth(this IApplicationBuilder branch) => branch.Run(async context =>
    {
        var (status, text) = context.Request.Path.Value switch
        {
            "/health/live" => Live(context.RequestServices),
            "/health/ready" => Ready(context.RequestServices),
            "/health/started" => Started(context.RequestServices),
            _ => (StatusCodes.Status404NotFound, "Here are /metrics, /health/live, /health/started and /health/ready."),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(text + "\n", context.RequestAborted);
    });

    // Only a new process can use a GPU again that this one has lost.
    private static (int Status, string Text) Live(IServiceProvider services) =>
        services.GetService<Device>()?.Health.Lost is { } why ? (StatusCodes.Status503ServiceUnavailable, why.Message) : (StatusCodes.Status200OK, "live");

    private static (int Status, string Text) Started(IServiceProvider services) => StatusOf(services) is var status && status >= SiloStatus.Active
        ? (StatusCodes.Status200OK, "started")
        : (StatusCodes.Status503ServiceUnavailable, $"silo is {status}");

    private static (int Status, string Text) Ready(IServiceProvider services)
    {
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
            return (StatusCodes.Status503ServiceUnavailable, "leaving");
        var status = StatusOf(services);
        if (status != SiloStatus.Active) return (StatusCodes.Status503ServiceUnavailable, $"silo is {status}");
        return services.GetService<Device>()?.Health.Check() is { } fault ? (StatusCodes.Status503ServiceUnavailable, fault.Message) : (StatusCodes.Status200OK, "ready");
    }

    private static SiloStatus StatusOf(IServiceProvider services) =>
        services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.GetSiloStatus(services.GetRequiredService<ILocalSiloDetails>().SiloAddress);
}
