using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace SaliencyCluster.Client.Calls;

/// <summary>Makes the connection that all calls of a client share.</summary>
internal static class ChannelFactory
{
    private const int LargestMessage = 64 << 20;

    // Only calls that may be repeated without harm; the others are the caller's to repeat.
    private static readonly string[] Repeatable = ["GetModel", "ListModels", "GetJob", "ListJobs", "CancelJob", "ListMethods", "GetCluster", "ListImages", "RenderImage", "DrainWorker", "PauseJob", "ResumeJob", "ReprioritizeJob"];

    /// <summary>Makes a channel; it connects with the first call.</summary>
    public static GrpcChannel Open(Uri endpoint, SaliencyClientOptions options) => GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions
    {
        HttpHandler = options.Handler ?? Handler(endpoint, options),
        DisposeHttpClient = options.Handler is null,
        MaxReceiveMessageSize = LargestMessage,
        MaxSendMessageSize = LargestMessage,
        ThrowOperationCanceledOnCancellation = true,
        ServiceConfig = new ServiceConfig { MethodConfigs = { Retried() } },
    });

    private static SocketsHttpHandler Handler(Uri endpoint, SaliencyClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // A proxy of the environment cannot reach this machine's own loopback.
            UseProxy = !endpoint.IsLoopback,
        };
        if (options.Authorities is not { } authorities) return handler;
        // A private authority seldom publishes what it has revoked. Name and dates are checked as ever.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        handler.SslOptions.CertificateChainPolicy = policy;
        return handler;
    }

    private static MethodConfig Retried()
    {
        var config = new MethodConfig
        {
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = 3,
                InitialBackoff = TimeSpan.FromMilliseconds(100),
                MaxBackoff = TimeSpan.FromSeconds(1),
                BackoffMultiplier = 3,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var service in new[] { Protocol.V1.Models.Descriptor, Protocol.V1.Explanations.Descriptor, Protocol.V1.Cluster.Descriptor })
        {
            foreach (var method in service.Methods.Where(m => Repeatable.Contains(m.Name)))
                config.Names.Add(new MethodName { Service = service.FullName, Method = method.Name });
        }
        return config;
    }
}
