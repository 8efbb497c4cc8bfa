using System.Net;
using System.Net.Sockets;

namespace SaliencyCluster.Telemetry.Tests.Clusters;

/// <summary>Finds ports for processes that do not say which one they chose.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
