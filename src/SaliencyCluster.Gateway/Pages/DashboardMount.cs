using System.Net;
using System.Net.Security;
using SaliencyCluster.Dashboard;
using SaliencyCluster.Dashboard.Hosting;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity;

namespace SaliencyCluster.Gateway.Pages;

/// <summary>Mounts the dashboard on the HTTP port. It calls this gateway's own gRPC port, as any client does.</summary>
internal static class DashboardMount
{
    public static IServiceCollection AddDashboard(this IServiceCollection services, GatewayOptions options) => services.AddSaliencyDashboard(provider =>
    {
        var ports = provider.GetRequiredService<GatewayPorts>();
        return new DashboardOptions
        {
            Endpoint = () => Own(options, ports.Grpc ?? throw new InvalidOperationException("The gateway does not listen yet.")),
            Handler = Handler(provider.GetService<ServerCertificate>()),
            KeyOf = context => ApiKeyHandler.KeyOf(context.Request),
            OrleansDashboard = OrleansPages.Path + "/",
            HasSignIn = options.AsksWhoCalls,
        };
    });

    private static Uri Own(GatewayOptions options, IPEndPoint port)
    {
        var host = port.Address.Equals(IPAddress.IPv6Any) || port.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : port.Address;
        return new UriBuilder(options.Certificate is null ? "http" : "https", host.ToString(), port.Port).Uri;
    }

    private static SocketsHttpHandler Handler(ServerCertificate? own)
    {
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        // The certificate names the host as others know it, not the loopback address: that it is this gateway's own is what counts.
        if (own is not null) handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
            errors == SslPolicyErrors.None || (shown is not null && own.IsOwn(shown));
        return handler;
    }
}
