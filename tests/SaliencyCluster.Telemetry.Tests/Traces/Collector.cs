using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Telemetry.Tests.Traces.Otlp;

namespace SaliencyCluster.Telemetry.Tests.Traces;

/// <summary>A span that some process sent.</summary>
internal sealed record SentSpan(string Process, string Trace, string Id, string Parent, string Name, ulong Start, ulong End, IReadOnlyList<string> Links);

/// <summary>An OpenTelemetry collector that keeps the spans.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public ConcurrentQueue<SentSpan> Spans => _app.Services.GetRequiredService<Received>().Spans;

    public string Endpoint => _app.Urls.Single();

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Received>();
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public sealed class Received
    {
        internal ConcurrentQueue<SentSpan> Spans { get; } = [];
    }

    public sealed class Service(Received received) : TraceService.TraceServiceBase
    {
        // Metrics go to the same address; that service is not here, and exporters take no harm from it.
        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
        {
            foreach (var resource in request.ResourceSpans)
            {
                var process = resource.Resource.Attributes.First(a => a.Key == "service.instance.id").Value.StringValue;
                foreach (var span in resource.ScopeSpans.SelectMany(s => s.Spans))
                {
                    received.Spans.Enqueue(new(process, Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId), span.Name, span.StartTimeUnixNano, span.EndTimeUnixNano,
                        [.. span.Links.Select(l => Hex(l.SpanId))]));
                }
            }
            return Task.FromResult(new ExportTraceServiceResponse());
        }

        private static string Hex(Google.Protobuf.ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
    }
}
