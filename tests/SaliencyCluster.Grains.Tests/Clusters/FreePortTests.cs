using System.Net;
using System.Net.Sockets;
using SaliencyCluster.Hosting.Silo;

namespace SaliencyCluster.Grains.Tests.Clusters;

public class FreePortTests
{
    [Fact]
    public void A_port_is_free_and_none_that_an_outgoing_connection_can_take()
    {
        for (var i = 0; i < 50; i++)
        {
            var port = FreePort.Of(0, IPAddress.Loopback);
            Assert.InRange(port, 10_000, 32_767);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
    }

    [Fact]
    public void A_port_that_was_asked_for_is_taken_as_it_is() => Assert.Equal(9464, FreePort.Of(9464, IPAddress.Loopback));
}
