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
    public void Ratio_is_the_median_of_neighbouring_slices()
    {
        var result = new EngineBenchmarkResult(4, 2, 100, [new(8, 2, 10), new(8, 2, 20), new(8, 2, 30)], [new(8, 2, 10), new(8, 2, 10), new(8, 2, 40)], 1);
        Assert.Equal(1, result.Ratio);
        Assert.Equal(20, result.PointsPerSecond);
        Assert.Equal(10, result.PlainPointsPerSecond);
        Assert.Equal(24, result.Points);
        Assert.Equal(20.0 / 4 * 100 * 2 / (1e9 * 2), result.Efficiency, 1e-12);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(10, 5)]
    [InlineData(3600, 15)]
    public void The_time_decides_the_number_of_turns(double seconds, int turns) =>
        Assert.Equal(turns, EngineBenchmark.TurnsOf(TimeSpan.FromSeconds(seconds)));
}
