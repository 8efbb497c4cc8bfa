namespace SaliencyCluster.Gateway.Tests.Home;

public sealed class HomePageTests
{
    [Fact]
    public void The_page_loads_nothing_from_elsewhere()
    {
        using var stream = typeof(Gateway.Hosting.GatewayOptions).Assembly.GetManifestResourceStream("SaliencyCluster.Gateway.Home.home.html")!;
        using var reader = new StreamReader(stream);
        var page = reader.ReadToEnd();
        Assert.Contains("<h1>SaliencyCluster</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"", page, StringComparison.Ordinal);
    }
}
