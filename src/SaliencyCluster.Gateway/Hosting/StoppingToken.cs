using Grpc.Core;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>Ends long calls when the gateway shuts down, so that callers reconnect elsewhere at once instead of being cut off late.</summary>
internal sealed class StoppingToken(IHostApplicationLifetime lifetime)
{
    /// <summary>Gets whether the gateway shuts down.</summary>
    public bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Makes a source that is cancelled when the caller goes away or the gateway shuts down.</summary>
    public CancellationTokenSource Link(ServerCallContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
}
