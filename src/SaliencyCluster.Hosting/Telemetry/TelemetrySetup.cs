using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SaliencyCluster.Grains.Telemetry;
using SaliencyCluster.Hosting.Silo;

namespace SaliencyCluster.Hosting.Telemetry;

/// <summary>Metrics for Prometheus on the metrics port; metrics and traces to a collector where one is configured.</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this IServiceCollection services, ClusterSettings settings)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("saliency-cluster", serviceInstanceId: settings.SiloName))
            .WithMetrics(m =>
            {
                m.AddMeter(ClusterMetrics.Name, "Microsoft.Orleans").AddPrometheusExporter();
                if (settings.OtlpEndpoint is { } endpoint) m.AddOtlpExporter(o => o.Endpoint = new Uri(endpoint));
            });
        if (settings.OtlpEndpoint is not { } collector) return;
        telemetry.WithTracing(t => t
            .AddSource(ClusterMetrics.Name, "Microsoft.Orleans.Application", "Microsoft.Orleans.Lifecycle", "Microsoft.Orleans.Storage")
            .AddOtlpExporter(o => o.Endpoint = new Uri(collector)));
    }
}
