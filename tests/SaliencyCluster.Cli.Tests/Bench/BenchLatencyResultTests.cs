using SaliencyCluster.Cli.Commands.Bench;

namespace SaliencyCluster.Cli.Tests.Bench;

/// <summary>Times that are known.</summary>
public sealed class BenchLatencyResultTests
{
    [Fact]
    public void Quantiles_are_times_that_were_measured_and_parts_add_up_call_by_call()
    {
        // The calls get slower; each is accepted after 1 ms and computed in 2.
        LatencyOfCall[] calls = [.. Enumerable.Range(1, 200).Select(i => new LatencyOfCall(1, 2, 3 + i))];
        var result = BenchLatencyResult.Of("m", "gradient", 50, calls, seconds: 4);
        Assert.Equal(50, result.CallsPerSecond);
        Assert.Equal(new(103, 193, 201), result.All);
        Assert.Equal(new(1, 1, 1), result.Accepted);
        Assert.Equal(new(2, 2, 2), result.Computed);
        Assert.Equal(new(100, 190, 198), result.WaitedAndRead);
        Assert.Equal(new(28, 51, 53), result.FirstQuarter);
        Assert.Equal(new(178, 201, 203), result.LastQuarter);

        var text = new StringWriter();
        result.Print(text);
        Assert.StartsWith(
            "m, gradient: 200 calls, 50 started per second, 50.0 answered per second", text.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{"  waited, and map read",-28}{"100.0",9}{"190.0",9}{"198.0",9}", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_call_is_all_quantiles_and_both_quarters()
    {
        var result = BenchLatencyResult.Of("m", "gradient", null, [new(1, 2, 4)], seconds: 1);
        Assert.All([result.All, result.FirstQuarter, result.LastQuarter], q => Assert.Equal(new(4, 4, 4), q));
    }
}
