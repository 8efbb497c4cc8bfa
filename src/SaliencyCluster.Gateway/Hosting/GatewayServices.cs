using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SaliencyCluster.Dashboard.Hosting;
using SaliencyCluster.Evaluation;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Gateway.Calls;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Explanations;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Audit;
using SaliencyCluster.Gateway.Images;
using SaliencyCluster.Gateway.Inference;
using SaliencyCluster.Gateway.Jobs;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Models;
using SaliencyCluster.Gateway.OpenApi;
using SaliencyCluster.Gateway.Pages;
using SaliencyCluster.Gateway.Provenance;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Gateway.Results;
using SaliencyCluster.Gateway.Scaling;
using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.Reporting;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>Adds the gateway to a host: in a process of its own, or beside workers in <c>saliency serve</c>.</summary>
public static class GatewayServices
{
    // Everything streams in pieces but RenderImage: a PNG of 4096 x 4096 pixels at the most, which never exceeds its raw bytes.
    private const int LargestPicture = 64 << 20;

    /// <summary>Adds services and ports. The host must have an Orleans silo and a blob store.</summary>
    public static WebApplicationBuilder AddSaliencyGateway(this WebApplicationBuilder builder, GatewayOptions options)
    {
        GatewayOptionsReader.Checked(options);
        var ports = new GatewayPorts();
        if (options.Certificate is { } file)
            builder.Services.AddSingleton(s => new ServerCertificate(file, options.CertificateKey!, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ServerCertificate>>()));
        builder.Services.AddSingleton(ports);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options, ports));
        builder.Services.AddAudit(options);
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = (int)Math.Min(options.Limits.MaxMessageBytes, int.MaxValue);
            grpc.MaxSendMessageSize = LargestPicture;
            grpc.Interceptors.Add<ErrorInterceptor>();
        }).AddJsonTranscoding(json =>
        {
            json.TypeRegistry = RichStatus.Details;
            json.JsonSettings.WriteIndented = false;
        });
        builder.Services.AddIdentity(options);
        builder.Services.AddRateLimiter(limiter => CallLimits.Apply(limiter, options.Limits));
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services
            .AddSingleton(options).AddSingleton(options.Limits).AddSingleton(new BrowserHosts(options))
            .AddSingleton<IReportWriter, ReportWriter>()
            .AddSingleton(new UploadGate(options.Limits, isShared: options.AsksWhoCalls))
            .AddSingleton(new CallMemory(options.Limits, isShared: options.AsksWhoCalls))
            .AddSingleton<CallLifetime>().AddSingleton<CallErrors>().AddSingleton<RequestCheck>().AddSingleton<Comparison>()
            .AddSingleton<IntakeBlobs>().AddSingleton<ImageIntake>().AddSingleton<JobIntake>().AddSingleton<Evaluations.EvaluationIntake>()
            .AddSingleton<JobImages>().AddSingleton<ManifestStream>().AddSingleton<JobReplay>()
            .AddSingleton<Cluster.ClusterFeed>().AddSingleton<ResultStream>()
            .AddKeyedSingleton(InferenceEndpoints.Reading, new TenantPlaces(InferenceEndpoints.ReadAtOnce, isShared: options.AsksWhoCalls))
            .AddSingleton<InferenceRun>().AddSingleton<InferenceCalls>().AddSingleton<InstancesV1>()
            .AddSingleton<Tenants.TenantScope>().AddSingleton<Models.Quarantines>();
        builder.Services.AddSingleton<SharedViews>();
        builder.Services.AddDashboard(options);
        return builder;
    }

    /// <summary>Maps gRPC, REST, reflection, health, the OpenAPI document and the pages. Whatever does not say otherwise needs a key.</summary>
    /// <remarks>Comes after the metrics port, which answers without.</remarks>
    public static WebApplication MapSaliencyGateway(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<GatewayOptions>();
        if (options.TlsProxy) app.Use(BehindTls);
        if (options.TlsProxy || options.Certificate is not null) app.UseHsts();
        app.UseScalerPort();
        app.UseBareAnswers();
        app.UseCrossSiteGuard();
        app.UseUnreadableCalls();
        app.UseAuthentication();
        if (options.AsksWhoCalls) app.UseRateLimiter();
        app.UseAuthorization();
        app.UseCallBodies();
        app.MapGrpcService<ModelsService>();
        app.MapGrpcService<ExplanationsService>();
        app.MapGrpcService<Evaluations.EvaluationsService>();
        app.MapGrpcService<Cluster.ClusterService>();
        app.MapGrpcService<InferenceService>();
        app.MapInference();
        app.MapScaler();
        app.MapGrpcReflectionService();
        // Health is for those who route to this gateway, and says nothing but whether it serves.
        app.MapGrpcHealthChecksService().AllowAnonymous();
        app.MapOpenApiDocument();
        app.MapSaliencyDashboard();
        app.MapSignIn();
        app.MapOrleans();
        return app;
    }

    private static Task BehindTls(HttpContext context, RequestDelegate next)
    {
        context.Request.Scheme = Uri.UriSchemeHttps;
        return next(context);
    }

    private static void Listen(KestrelServerOptions kestrel, GatewayOptions options, GatewayPorts ports)
    {
        var address = GatewayOptionsReader.ListenAddress(options);
        var certificate = kestrel.ApplicationServices.GetService<ServerCertificate>();
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.Limits.MaxBodyBytes;
        ListenGrpc(options.GrpcPort, listen => ports.GrpcListener = listen);
        var scaling = kestrel.ApplicationServices.GetRequiredService<IOptions<ScalingOptions>>().Value;
        if (scaling.Anonymous) ListenGrpc(scaling.Port, listen => ports.ScalerListener = listen);
        kestrel.Listen(address, options.HttpPort, listen =>
        {
            ports.HttpListener = listen;
            // Without TLS a browser cannot ask for HTTP/2, so the ports stay apart.
            listen.Protocols = certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
            if (certificate is not null) listen.UseHttps(Handshake(certificate));
        });

        void ListenGrpc(int port, Action<ListenOptions> isOpened) => kestrel.Listen(address, port, listen =>
        {
            isOpened(listen);
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null) listen.UseHttps(Handshake(certificate));
        });
    }

    private static TlsHandshakeCallbackOptions Handshake(ServerCertificate certificate) => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current }),
    };
}
