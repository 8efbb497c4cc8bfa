using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace SaliencyCluster.Hosting.Health;

/// <summary>
/// Liveness says that the process answers; readiness that its silo is a member and it is not leaving; started that it has been a member
/// once. None calls a grain or the database: a slow database must not restart every process.
/// </summary>
internal static class HealthEndpoints
{
    public static void UseHealth(this IApplicationBuilder branch) => branch.Run(async context =>
    {
        var (status, text) = context.Request.Path.Value switch
        {
            "/health/live" => (StatusCodes.Status200OK, "live"),
            "/health/ready" => Ready(context.RequestServices),
            "/health/started" => Started(context.RequestServices),
            _ => (StatusCodes.Status404NotFound, "Here are /metrics, /health/live, /health/started and /health/ready."),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(text + "\n", context.RequestAborted);
    });

    private static (int Status, string Text) Started(IServiceProvider services) => StatusOf(services) is var status && status >= SiloStatus.Active
        ? (StatusCodes.Status200OK, "started")
        : (StatusCodes.Status503ServiceUnavailable, $"silo is {status}");

    private static (int Status, string Text) Ready(IServiceProvider services)
    {
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
            return (StatusCodes.Status503ServiceUnavailable, "leaving");
        var status = StatusOf(services);
        return status == SiloStatus.Active ? (StatusCodes.Status200OK, "ready") : (StatusCodes.Status503ServiceUnavailable, $"silo is {status}");
    }

    private static SiloStatus StatusOf(IServiceProvider services) =>
        services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.GetSiloStatus(services.GetRequiredService<ILocalSiloDetails>().SiloAddress);
}
