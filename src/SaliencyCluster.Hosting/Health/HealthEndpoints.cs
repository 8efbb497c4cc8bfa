using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace SaliencyCluster.Hosting.Health;

/// <summary>
/// Liveness says that the process answers; readiness that its silo is a member and it is not leaving. Neither calls a grain or the
/// database: a slow database must not restart every process.
/// </summary>
internal static class HealthEndpoints
{
    public static void UseHealth(this IApplicationBuilder branch) => branch.Run(async context =>
    {
        var (status, text) = context.Request.Path.Value switch
        {
            "/health/live" => (StatusCodes.Status200OK, "live"),
            "/health/ready" => Ready(context.RequestServices),
            _ => (StatusCodes.Status404NotFound, "Here are /metrics, /health/live and /health/ready."),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(text + "\n", context.RequestAborted);
    });

    private static (int Status, string Text) Ready(IServiceProvider services)
    {
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
            return (StatusCodes.Status503ServiceUnavailable, "leaving");
        var silo = services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var status = services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.GetSiloStatus(silo);
        return status == SiloStatus.Active ? (StatusCodes.Status200OK, "ready") : (StatusCodes.Status503ServiceUnavailable, $"silo is {status}");
    }
}
