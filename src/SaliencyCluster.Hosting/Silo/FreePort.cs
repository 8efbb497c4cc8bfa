using System.Net;
using System.Net.Sockets;

namespace SaliencyCluster.Hosting.Silo;

/// <summary>Finds ports for processes that take any.</summary>
internal static class FreePort
{
    // Below the ranges that systems give to outgoing connections (Linux from 32768, others from 49152):
    // one of those can take a port between the choice here and the moment when the silo listens on it.
    private const int First = 10_000;
    private const int Last = 32_767;

    /// <summary>Gets the wanted port, or a free one for 0.</summary>
    public static int Of(int wanted, IPAddress address)
    {
        if (wanted != 0) return wanted;
        for (var attempt = 0; ; attempt++)
        {
            var port = Random.Shared.Next(First, Last + 1);
            try
            {
                using var listener = new TcpListener(address, port) { ExclusiveAddressUse = true };
                listener.Start();
                return port;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse && attempt < 100)
            {
                // Another one, then.
            }
        }
    }
}
