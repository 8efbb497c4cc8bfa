using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Trials;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Trials;

/// <summary>What becomes of graphs that take too much, in the process that tries them.</summary>
public sealed class TrialProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_graph_that_asks_for_too_much_memory_ends_its_trial_alone()
    {
        await using var device = Make(new() { TrialMemoryMegabytes = 64 });
        // 2 GB at once, which is refused, and 30 times 64 MB, which are there until they are added.
        var once = Point().Longs("n", 1, 1 << 29).Node("ConstantOfShape", "n", "large").Node("Add", "point large", "all");
        var bit = Point().Longs("n", 1, 1 << 24).Node("ConstantOfShape", "n", "a0");
        for (var i = 1; i < 30; i++) bit.Node("Add", $"a{i - 1} point", $"a{i}");
        bit.Node("Sum", string.Join(' ', Enumerable.Range(0, 30).Select(i => $"a{i}")), "all");
        foreach (var (model, name) in new[] { (once, "once"), (bit, "bit by bit") })
        {
            var error = await RefusedAsync(device, model, name);
            Assert.Contains("more than 64 MB of memory", error.What, StringComparison.Ordinal);
        }
        await device.LoadAsync(Untried(Point().Node("Identity", "point", "all"), "good"), Cancellation);
        Assert.Equal(["good"], device.LoadedModels);
    }

    [Fact]
    public async Task A_graph_that_does_not_end_is_ended()
    {
        await using var device = Make(new() { TrialTimeout = TimeSpan.FromSeconds(1) });
        var slow = Point().Longs("n", 1, 1, 5000, 5000).Node("Expand", "point n", "large")
            .Node("MaxPool", "large", "all", ("kernel_shape", new long[] { 4900, 4900 }));
        Assert.Contains("longer than 00:00:01", (await RefusedAsync(device, slow, "slow")).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_stops_ends_its_trials_and_blames_nobody()
    {
        var device = Make(new());
        var slow = Point().Longs("n", 1, 1, 5000, 5000).Node("Expand", "point n", "large")
            .Node("MaxPool", "large", "all", ("kernel_shape", new long[] { 4900, 4900 }));
        var loading = device.LoadAsync(Untried(slow, "slow"), Cancellation);
        await device.DisposeAsync();
        Assert.Equal("SAL4008", (await Assert.ThrowsAsync<SaliencyException>(() => loading)).Code);
    }

    private static Device Make(DeviceOptions options) => new(
        options with { Lanes = 1 }, TimeProvider.System, NullLogger.Instance,
            trials: TrialCommand.OfThisProcess(typeof(SaliencyCommandLine)));

    private static async Task<SaliencyException> RefusedAsync(Device device, ModelBuilder model, string name)
    {
        var error = await Assert.ThrowsAsync<SaliencyException>(() => device.LoadAsync(Untried(model, name), Cancellation));
        Assert.Equal("SAL4022", error.Code);
        return error;
    }

    private static ModelBuilder Point() => new ModelBuilder().Input("point", 1, 1);

    private static GraphSource Untried(ModelBuilder model, string name)
    {
        model.Node("ReduceMax", "all", "score", ("keepdims", 0)).Results("score");
        model.Graph.Output.Clear();
        model.Output("score");
        var graph = new ExplanationGraph(
            new ExplanationSpec { ImageShape = [1], MicroBatch = 1 }, name, model.ToBytes(), [1], [1], "score", SkippedSoftmax: false,
                MultiplyAdds: 1);
        return GraphSource.Of(graph) with { IsUntried = true };
    }
}
