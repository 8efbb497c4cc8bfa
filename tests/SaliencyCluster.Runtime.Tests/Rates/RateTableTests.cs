using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Rates;

namespace SaliencyCluster.Runtime.Tests.Rates;

public sealed class RateTableTests
{
    private static readonly GraphKey Key = new("model", "spec");

    [Fact]
    public void Nothing_is_known_before_the_first_run() => Assert.Null(new RateTable().PointsPerSecond(Key));

    [Fact]
    public void The_rate_is_points_over_time()
    {
        var rates = new RateTable();
        rates.Record(Key, 4, TimeSpan.FromSeconds(2));
        Assert.Equal(2, rates.PointsPerSecond(Key));
        Assert.Null(rates.PointsPerSecond(new("other", "spec")));
    }

    [Fact]
    public void One_slow_run_counts_a_tenth_and_many_count_fully()
    {
        var rates = new RateTable();
        rates.Record(Key, 10, TimeSpan.FromSeconds(1));
        rates.Record(Key, 10, TimeSpan.FromSeconds(2));
        Assert.Equal(10 / 1.1, rates.PointsPerSecond(Key)!.Value, 1e-9);
        for (var i = 0; i < 100; i++) rates.Record(Key, 10, TimeSpan.FromSeconds(2));
        Assert.Equal(5, rates.PointsPerSecond(Key)!.Value, 0.01);
    }
}
