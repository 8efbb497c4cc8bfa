using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Bench;
using SaliencyCluster.Runtime.Tests.Devices;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Runtime.Tests.Bench;

public sealed class EngineBenchmarkTests
{
    [Fact]
    public async Task Engine_and_plain_loop_take_as_many_turns_and_both_evaluate_points()
    {
        await using var device = TestDevice.Make(lanes: 2);
        var turns = 0;
        var result = await new EngineBenchmark(device, TimeProvider.System).RunAsync(
            ModelReader.ReadFile(Repo.Model("mnist-cnn")), [1, 28, 28], batch: 2, TimeSpan.FromMilliseconds(50), () => turns++, TestContext.Current.CancellationToken);
        Assert.Equal(1, turns);
        Assert.Single(result.Engine);
        Assert.Single(result.Plain);
        Assert.True(result.Points > 0 && result.Points % 2 == 0);
        Assert.True(result.GraphMultiplyAdds > 2 * 450_000, "forward and backward of two points multiply at least by every weight once");
        Assert.True(result.MatMulGflops > 0);
    }

    [Fact]
    public async Task The_rate_is_points_over_time_on_the_clock_and_the_efficiency_is_no_more_than_all_of_it()
    {
        await using var device = TestDevice.Make(lanes: 2);
        var result = await new EngineBenchmark(device, TimeProvider.System).RunAsync(
            ModelReader.ReadFile(Repo.Model("mnist-mlp")), [1, 28, 28], batch: 4, TimeSpan.FromMilliseconds(50), null, TestContext.Current.CancellationToken);
        Assert.Equal(result.Points / result.Seconds, result.PointsPerSecond);
        Assert.InRange(result.Efficiency, 0, 1);
    }

    [Fact]
    public void Ratio_is_the_median_of_neighbouring_slices()
    {
        var result = new EngineBenchmarkResult(4, 2, 100, [new(20, 2), new(40, 2), new(60, 2)], [new(20, 2), new(20, 2), new(80, 2)], [new(3, 1), new(6, 1)]);
        Assert.Equal(1, result.Ratio);
        Assert.Equal(20, result.PointsPerSecond);
        Assert.Equal(20, result.PlainPointsPerSecond);
        Assert.Equal(120, result.Points);
        Assert.Equal(3 * 2 * 1.073741824, result.MatMulGflops, 1e-9);
        Assert.Equal(20.0 / 4 * 100 * 2 / 1e9, result.GraphGflops, 1e-15);
        Assert.Equal(result.GraphGflops / (6 * 2 * 1.073741824), result.Efficiency, 1e-15);
    }

    [Fact]
    public void Efficiency_is_at_most_1_where_the_graph_is_faster_than_the_matrix_product()
    {
        var result = new EngineBenchmarkResult(1, 1, 10_000_000_000, [new(10, 1), new(12, 1)], [new(11, 1)], [new(1, 1)]);
        Assert.Equal(11.0 / 12, result.Efficiency, 1e-12);
        Assert.Equal(240, result.PeakGflops, 1e-9);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(10, 5)]
    [InlineData(3600, 15)]
    public void The_time_decides_the_number_of_turns(double seconds, int turns) =>
        Assert.Equal(turns, EngineBenchmark.TurnsOf(TimeSpan.FromSeconds(seconds)));
}
