using System.Text.Json.Nodes;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;

namespace SaliencyCluster.EndToEnd.Tests.Client;

/// <summary><c>saliency bench latency</c> against a cluster.</summary>
public sealed class BenchLatencyTests(SharedCluster cluster)
{
    [Theory]
    [InlineData(null)]
    [InlineData("100")]
    public async Task It_measures_calls_one_after_another_and_at_a_rate(string? rate)
    {
        string[] arguments = ["bench", "latency", "--model", "mnist-cnn", "--calls", "40", "--json"];
        var run = await CommandLine.RunAsync(cluster.Grpc, null, rate is null ? arguments : [.. arguments, "--rate", rate]);
        Assert.Equal(0, run.Exit);
        var result = JsonNode.Parse(run.Out)!;
        Assert.Equal(("mnist-cnn", "gradient", 40), ((string?)result["model"], (string?)result["method"], (int?)result["calls"]));
        Assert.Equal(rate is null ? null : 100.0, (double?)result["rateAsked"]);
        foreach (var part in new[] { "all", "accepted", "computed", "waitedAndRead", "firstQuarter", "lastQuarter" })
        {
            double[] quantiles = [.. new[] { "p50Ms", "p95Ms", "p99Ms" }.Select(q => (double)result[part]![q]!)];
            Assert.Equal(quantiles.Order(), quantiles);
        }
        foreach (var part in new[] { "accepted", "computed" })
            Assert.InRange((double)result[part]!["p50Ms"]!, double.Epsilon, (double)result["all"]!["p99Ms"]!);
    }

    [Fact]
    public async Task A_call_that_is_refused_ends_it_with_the_reason()
    {
        var run = await CommandLine.RunAsync(
            cluster.Grpc, null, "bench", "latency", "--model", "mnist-cnn", "--method", "gradiant", "--rate", "50");
        Assert.NotEqual(0, run.Exit);
        Assert.Contains("SAL2001", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }
}
