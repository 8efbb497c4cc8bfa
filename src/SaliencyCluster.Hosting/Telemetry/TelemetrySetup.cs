using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SaliencyCluster.Grains.Telemetry;

namespace SaliencyCluster.Hosting.Telemetry;

/// <summary>Metrics for Prometheus on the metrics port; metrics and traces to a collector where one is configured; logs with trace ids.</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this IServiceCollection services, ClusterSettings settings)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(
                $"saliency-{settings.Roles.Replace('+', '-')}", serviceNamespace: settings.ClusterId, serviceInstanceId: settings.SiloName))
            .WithMetrics(m =>
            {
                m.AddMeter(ClusterMetrics.Name, "Microsoft.Orleans").AddPrometheusExporter();
                if (settings.OtlpEndpoint is { } endpoint) m.AddOtlpExporter(o => o.Endpoint = new Uri(endpoint));
            });
        if (settings.OtlpEndpoint is not { } collector) return;
        telemetry.WithTracing(t => t
            .AddSource(ClusterMetrics.Name)
            .AddAspNetCoreInstrumentation(o => o.Filter = IsCall)
            .AddOtlpExporter(o => o.Endpoint = new Uri(collector)));
    }

    public static void AddLogFormat(this ILoggingBuilder logging, ClusterSettings settings)
    {
        logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (settings.LogFormat != "json") return;
        logging.AddJsonConsole(o =>
        {
            // The trace ids come as a scope.
            o.IncludeScopes = true;
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
    }

    // gRPC and REST. Probes, scrapes and pages come every few seconds and would bury the traces of calls.
    private static bool IsCall(HttpContext context) => context.Request.Path.StartsWithSegments("/v1") ||
        (context.Request.Path.Value is { } path && path.StartsWith("/saliency.v1.", StringComparison.Ordinal));
}
