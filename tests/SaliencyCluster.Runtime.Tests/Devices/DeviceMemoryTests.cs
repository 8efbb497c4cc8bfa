using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Tests.Devices;

/// <summary>Alone in the process: what a model needs is measured by what the process grows by while it loads.</summary>
[CollectionDefinition(nameof(MeasuredMemory), DisableParallelization = true)]
public sealed class MeasuredMemory;

[Collection(nameof(MeasuredMemory))]
public sealed class DeviceMemoryTests
{
    [Fact]
    public async Task A_graph_is_compiled_and_loaded_once_for_callers_at_the_same_time()
    {
        var compiled = 0;
        var graph = HandGraphs.Square(1);
        var source = GraphSource.Of(graph) with { Compile = () => { Interlocked.Increment(ref compiled); return graph; } };
        await using var device = TestDevice.Make(lanes: 4);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => device.LoadAsync(source, TestContext.Current.CancellationToken)));
        Assert.Equal(1, compiled);
    }

    [Fact]
    public async Task A_model_that_alone_is_over_the_budget_is_refused_with_the_setting_to_change()
    {
        await using var device = TestDevice.Make(options: new() { MemoryBudgetMegabytes = 16 });
        var error = await Assert.ThrowsAsync<SaliencyException>(() => device.Evaluate(HandGraphs.Square(1, "large", padding: 3_000_000), 1));
        Assert.Equal("SAL4004", error.Code);
        Assert.Equal("Model large needs about 23 MB, and the device may use 16 MB.", error.What);
        Assert.Equal("Set Saliency:Device:MemoryBudgetMegabytes to at least 23, or use a worker with more memory.", error.Next);
        Assert.Equal(0, device.ModelBytes);
    }

    [Fact]
    public async Task Models_over_the_budget_take_turns_and_every_answer_stays_the_same()
    {
        await using var device = TestDevice.Make(options: new() { MemoryBudgetMegabytes = 24, GraphCacheMegabytes = 0 });
        var graphs = Enumerable.Range(0, 3).Select(i => HandGraphs.Square(1, $"model{i}", padding: 1_300_000 + i)).ToList();
        var first = new List<float[]>();
        foreach (var graph in graphs) first.Add((await device.Evaluate(graph, 3))[..5]);
        for (var i = 0; i < 6; i++) Assert.Equal(first[i % 3], (await device.Evaluate(graphs[i % 3], 3))[..5]);
        Assert.InRange(device.ModelBytes, 1, 24 << 20);
    }

    [Fact]
    public async Task A_graph_that_the_runtime_refuses_is_an_error_with_its_reason()
    {
        await using var device = TestDevice.Make();
        var broken = HandGraphs.Square(1) with { Model = new byte[] { 1, 2, 3 } };
        var error = await Assert.ThrowsAsync<SaliencyException>(() => device.Evaluate(broken, 1));
        Assert.Equal("SAL4003", error.Code);
        Assert.StartsWith("The explanation graph of model square could not be loaded on cpu: ", error.What, StringComparison.Ordinal);
    }
}
