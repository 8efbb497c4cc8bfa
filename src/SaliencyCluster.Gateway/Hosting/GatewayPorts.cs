using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>The gateway's own ports among those of its process; known once it listens.</summary>
internal sealed class GatewayPorts
{
    /// <summary>Gets or sets what listens for gRPC.</summary>
    public ListenOptions? GrpcListener { get; set; }

    /// <summary>Gets or sets what listens for HTTP.</summary>
    public ListenOptions? HttpListener { get; set; }

    /// <summary>Gets or sets what listens for KEDA alone; null where it comes with a key.</summary>
    public ListenOptions? ScalerListener { get; set; }

    /// <summary>Gets the port of gRPC, with the number that was chosen for 0.</summary>
    public IPEndPoint? Grpc => GrpcListener?.IPEndPoint;

    /// <summary>Gets the port of HTTP.</summary>
    public IPEndPoint? Http => HttpListener?.IPEndPoint;

    /// <summary>Gets the port that is KEDA's alone.</summary>
    public IPEndPoint? Scaler => ScalerListener?.IPEndPoint;

    /// <summary>Gets whether a connection came in on the port that is KEDA's alone: what a caller sends does not count.</summary>
    public bool IsScaler(ConnectionInfo connection) => Scaler is { } scaler && connection.LocalPort == scaler.Port;
}
