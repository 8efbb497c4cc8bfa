using Microsoft.Extensions.Configuration;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Hosting;

public sealed class GatewayOptionsReaderTests
{
    [Fact]
    public void Nothing_configured_is_loopback_without_tls()
    {
        var options = Read([]);
        Assert.Equal(("127.0.0.1", 50051, 8080, false), (options.Address, options.GrpcPort, options.HttpPort, options.Insecure));
    }

    [Fact]
    public void Every_mistake_is_named_at_once_with_key_value_and_range()
    {
        var error = Assert.Throws<SaliencyException>(() => Read([("GrpcPort", "70000"), ("Certificate", "/nowhere.pem"), ("Limits:MaxConcurrentUploads", "0")]));
        Assert.Equal("SAL9021", error.Code);
        Assert.Equal(
            "Saliency:Gateway:GrpcPort is 70000; it must be from 0 to 65535. "
            + "Saliency:Gateway:CertificateKey is missing; it must be given together with the other of the two. "
            + "Saliency:Gateway:Certificate is '/nowhere.pem'; it must be a file that exists. "
            + "Saliency:Gateway:Limits:MaxConcurrentUploads is 0; it must be from 1 to 64.", error.What);
    }

    [Fact]
    public void A_key_that_does_not_exist_is_a_mistake()
    {
        var error = Assert.Throws<SaliencyException>(() => Read([("GrpcPrt", "1")]));
        Assert.Equal("SAL9021", error.Code);
        Assert.Contains("GrpcPrt", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("any")]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.0.7")]
    public void Listening_beyond_this_host_without_tls_needs_insecure(string address)
    {
        var error = Assert.Throws<SaliencyException>(() => Read([("Address", address)]));
        Assert.Equal("SAL9020", error.Code);
        Assert.EndsWith("without TLS, so that anyone on the network could read and use it.", error.What, StringComparison.Ordinal);
        Assert.Equal(
            "Give it a certificate (--certificate FILE --certificate-key FILE), keep it on this host (--address 127.0.0.1), or accept the risk: --insecure", error.Next);
        Assert.True(Read([("Address", address), ("Insecure", "true")]).Insecure);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    public void Loopback_needs_nothing(string address) => Assert.Equal(address, Read([("Address", address)]).Address);

    private static GatewayOptions Read((string Key, string Value)[] settings) => GatewayOptionsReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"{GatewayOptions.Section}:{s.Key}", (string?)s.Value))).Build());
}
