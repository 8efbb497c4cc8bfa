using System.Text.Json.Nodes;
using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>The chart without any values, and <c>doctor</c> at it from outside and from inside its pod.</summary>
[Collection("Live")]
public sealed class DoctorTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_embedded_cluster_of_the_laptop_example_is_healthy_from_outside_and_from_inside_and_sick_where_it_is_broken()
    {
        using var host = PodHosts.Make(output);
        await using var release = new Namespace(Manifest.All(Helm.Template("-f", Helm.Example("laptop"))), new Dictionary<string, string>(), host, output);
        await release.ScaleAsync("saliency", 1);
        var pod = release.PodsOf("saliency").Single();

        string[] doctor = ["doctor", "--json", "--endpoint", $"http://{release.Service("saliency-grpc")}"];
        var outside = Checks(await Maps.SayAsync([.. doctor, "--api-key", release.Secret("saliency-admin-key", "api-key")]));
        // TLS is missing on an address of another host, and said to be.
        Assert.Equal(
            "SAL9401 ok, SAL9402 warning, SAL9403 ok, SAL9404 ok, SAL9405 ok, SAL9406 ok, SAL9407 ok, SAL9408 ok".Replace("SAL9402 warning", host is NamespaceHost ? "SAL9402 warning" : "SAL9402 skipped"),
            outside);
        // Closed without a word of the values.
        Assert.Contains("SAL2901", await Maps.SayAsync(doctor, exit: 4), StringComparison.Ordinal);

        var (exit, text) = await release.ExecAsync(pod, "gateway", ["doctor", "--json"]);
        Assert.Equal((0, "SAL9411 ok, SAL9412 ok, SAL9413 ok, SAL9414 ok"), (exit, Checks(text)));
        (exit, text) = await release.ExecAsync(pod, "worker", ["doctor"]);
        Assert.Equal(0, exit);
        Assert.Contains("5 checks: 0 failed, 0 to look at", text, StringComparison.Ordinal);

        (exit, text) = await release.ExecAsync(pod, "gateway", ["doctor", "--json"], new KeyValuePair<string, string>("Saliency__Cluster__Storage", "cluster"), new("Saliency__Cluster__ConnectionString", "Host=127.0.0.1;Port=1;Timeout=2"), new("Saliency__Cluster__Tls__Required", "false"));
        Assert.Equal((4, "SAL9411 ok, SAL9412 failed, SAL9413 ok, SAL9414 ok"), (exit, Checks(text)));
        (exit, text) = await release.ExecAsync(pod, "gateway", ["doctor", "--json"], new KeyValuePair<string, string>("Saliency__Gateway__HttpPort", "99999"));
        Assert.Equal((4, "SAL9411 failed"), (exit, Checks(text)));
        Assert.Contains("Saliency:Gateway:HttpPort is 99999; it must be from 0 to 65535.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_at_the_endpoint_is_told_with_what_to_check_and_its_own_exit_code() =>
        Assert.Equal("SAL9401 failed", Checks(await Maps.SayAsync(["doctor", "--json", "--endpoint", "http://127.0.0.1:1"], exit: 5)));

    private static string Checks(string json) =>
        string.Join(", ", JsonNode.Parse(json)!["checks"]!.AsArray().Select(c => $"{c!["code"]} {c["outcome"]}"));
}
