using Microsoft.AspNetCore.Http;
using SaliencyCluster.Gateway.Hosting;

namespace SaliencyCluster.Gateway.Tests.Hosting;

public sealed class BrowserHostsTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:8080", true)]
    [InlineData("127.0.0.1:8080", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("192.168.1.5", true)] // nobody makes an address point elsewhere
    [InlineData("evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("", false)]
    public void Without_keys_a_gateway_on_loopback_answers_to_its_own_names(string host, bool isAllowed) =>
        Assert.Equal(isAllowed, new BrowserHosts(new()).Allows(new HostString(host)));

    [Fact]
    public void With_keys_or_on_an_open_address_every_name_is_answered()
    {
        Assert.True(new BrowserHosts(new() { KeysFile = "keys.json" }).Allows(new HostString("evil.example")));
        Assert.True(new BrowserHosts(new() { Address = "any", Insecure = true }).Allows(new HostString("saliency.lab")));
    }

    [Theory]
    [InlineData("saliency.example", true)]
    [InlineData("Saliency.Example:443", true)]
    [InlineData("a.lab.example", true)]
    [InlineData("lab.example", false)]
    [InlineData("evil-lab.example", false)]
    [InlineData("localhost:8080", true)]
    public void Listed_names_are_the_only_ones_beside_loopback(string host, bool isAllowed) =>
        Assert.Equal(isAllowed, new BrowserHosts(new() { Address = "any", Insecure = true, AllowedHosts = ["saliency.example", "*.lab.example"] }).Allows(new HostString(host)));

    [Theory]
    [InlineData("http://localhost:8080", "localhost:8080", true)]
    [InlineData("https://saliency.example", "saliency.example", true)]
    [InlineData("https://saliency.example", "saliency.example:443", true)]
    [InlineData("https://outside.example", "gateway:8080", true)] // a proxy that changes the name
    [InlineData("http://localhost:9000", "localhost:8080", false)]
    [InlineData("http://evil.example", "localhost:8080", false)]
    [InlineData("file://", "localhost:8080", false)]
    public void Pages_of_the_gateway_are_told_by_their_origin(string origin, string host, bool isOwn) =>
        Assert.Equal(isOwn, new BrowserHosts(new() { AllowedHosts = ["outside.example"] }).IsOwn(origin, new HostString(host)));
}
