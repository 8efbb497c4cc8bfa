using System.Net;
using System.Net.Sockets;

namespace SaliencyCluster.Hosting.Silo;

/// <summary>Finds ports for processes that take any.</summary>
internal static class FreePort
{
    /// <summary>Gets the wanted port, or a free one for 0.</summary>
    public static int Of(int wanted, IPAddress address)
    {
        if (wanted != 0) return wanted;
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
