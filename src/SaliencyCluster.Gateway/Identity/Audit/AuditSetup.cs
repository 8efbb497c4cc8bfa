using Grpc.AspNetCore.Server;
using SaliencyCluster.Gateway.Hosting;

namespace SaliencyCluster.Gateway.Identity.Audit;

/// <summary>Adds what writes down who did what.</summary>
internal static class AuditSetup
{
    /// <summary>Adds it. Comes before gRPC is added: it stands around what makes exceptions statuses.</summary>
    public static void AddAudit(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(s => new AuditTrail(
            options.Audit, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(s => s.GetRequiredService<AuditTrail>());
        services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<AuditInterceptor>());
    }
}
