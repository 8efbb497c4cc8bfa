using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>Where a gateway that has started can be reached.</summary>
/// <param name="Grpc">Address of gRPC.</param>
/// <param name="Http">Address of REST and the dashboard.</param>
/// <param name="Scaler">Address where KEDA asks without a key; null where there is none.</param>
public sealed record GatewayAddresses(Uri Grpc, Uri Http, Uri? Scaler = null);

/// <summary>Starts a host with a gateway.</summary>
public static class GatewayStart
{
    /// <summary>Starts and returns the addresses, with the ports that were chosen for 0.</summary>
    /// <exception cref="SaliencyException">SAL9022: a port is in use or may not be opened.</exception>
    public static async Task<GatewayAddresses> StartGatewayAsync(this WebApplication app, CancellationToken cancellation = default)
    {
        var options = app.Services.GetRequiredService<GatewayOptions>();
        var scaling = app.Services.GetRequiredService<IOptions<ScalingOptions>>().Value;
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception error) when (error is AddressInUseException or IOException { InnerException: AddressInUseException } or System.Net.Sockets.SocketException)
        {
            var (scaler, setting) = scaling.Anonymous ? ($", {scaling.Port}", ", Saliency:Scaling:Port") : ("", "");
            throw new SaliencyException("SAL9022",
                $"The gateway cannot listen on {options.Address}, ports {options.GrpcPort}{scaler} and {options.HttpPort}: {error.Message}",
                $"Stop what uses the port, or choose others: --grpc-port P --http-port P (0 takes any free one){setting}", error);
        }
        var ports = app.Services.GetRequiredService<GatewayPorts>();
        var addresses = new GatewayAddresses(
            Address(options, ports.Grpc!), Address(options, ports.Http!), ports.Scaler is { } keda ? Address(options, keda) : null);
        if (addresses.Scaler is { } open) app.Logger.ServingScaler(open);
        return addresses;
    }

    private static Uri Address(GatewayOptions options, IPEndPoint port)
    {
        // "Every address" is nothing that a client can connect to.
        var host = port.Address.Equals(IPAddress.IPv6Any) || port.Address.Equals(IPAddress.Any) ? "localhost" : port.Address.ToString();
        return new UriBuilder(options.Certificate is null ? "http" : "https", host, port.Port).Uri;
    }
}
