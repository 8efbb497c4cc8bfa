using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Devices;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Workers;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Workers;

/// <summary>A worker that was restarted opens what it served last.</summary>
public sealed class WarmUpTests : IDisposable
{
    private static readonly ExplanationSpec _spec = new() { ImageShape = [1, 28, 28], MicroBatch = 2 };
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FolderBlobStore _blobs;

    public WarmUpTests() => _blobs = new(Path.Combine(_folder.Path, "blobs"), _time);

    private string Cache => Path.Combine(_folder.Path, "cache");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_served_before_a_restart_is_open_before_anybody_asks()
    {
        var served = await ServedAsync("mnist-cnn");
        await using var device = Start();
        await RestartAsync(device, new HeldLeases(1));
        Assert.True(device.IsLoaded(served));
        Assert.Single(device.Served.Read());
    }

    [Fact]
    public async Task Work_goes_first()
    {
        var served = await ServedAsync("mnist-cnn");
        await using var device = Start();
        var held = new HeldLeases(1);
        var lease = new Lease(Guid.NewGuid(), "t/j/0", 0, new(0, 1), 1, served.ModelHash, 1);
        held.Add(lease, Test.Token);
        var warming = new WarmUp(device, new ModelStore(_blobs), Proven, held, _time, NullLogger.Instance).RunAsync(Test.Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(warming.IsCompleted);
        Assert.False(device.IsLoaded(served));
        held.End(new(lease.Id, LeaseEnding.Done));
        while (!warming.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await warming;
        Assert.True(device.IsLoaded(served));
    }

    [Fact]
    public async Task A_model_that_was_removed_meanwhile_is_forgotten_and_the_others_are_opened()
    {
        var kept = await ServedAsync("mnist-cnn");
        var removed = await ServedAsync("mnist-mlp");
        await _blobs.DeleteAsync(removed.ModelHash, Test.Token);
        await using var device = Start();
        await RestartAsync(device, new HeldLeases(1));
        Assert.True(device.IsLoaded(kept));
        Assert.Equal([kept.ModelHash], device.Served.Read().Select(g => g.Model));
    }

    [Fact]
    public async Task A_model_that_is_quarantined_is_forgotten_and_one_that_nobody_has_run_is_not_opened()
    {
        var served = await ServedAsync("mnist-cnn");
        await using var device = Start();
        await RestartAsync(device, new HeldLeases(1), (_, _) => Task.FromResult(false));
        Assert.False(device.IsLoaded(served));
        Assert.Single(device.Served.Read());
        await RestartAsync(device, new HeldLeases(1), (_, _) => Task.FromException<bool>(new SaliencyException("SAL4021", "quarantined", "")));
        Assert.False(device.IsLoaded(served));
        Assert.Empty(device.Served.Read());
    }

    [Fact]
    public async Task Nothing_is_opened_that_the_memory_budget_has_no_room_for()
    {
        var served = await ServedAsync("bears-clean", new() { ImageShape = [3, 64, 64], MicroBatch = 16 });
        await using var device = Start(megabytes: 16);
        await RestartAsync(device, new HeldLeases(1));
        Assert.False(device.IsLoaded(served));
        Assert.Single(device.Served.Read()); // another process may have it
    }

    private static Task<bool> Proven(GraphSource source, CancellationToken cancellation) => Task.FromResult(true);

    private Task RestartAsync(Device device, HeldLeases held, Func<GraphSource, CancellationToken, Task<bool>>? mayOpen = null) =>
        new WarmUp(device, new ModelStore(_blobs), mayOpen ?? Proven, held, TimeProvider.System, NullLogger.Instance).RunAsync(Test.Token);

    private async Task<GraphSource> ServedAsync(string model, ExplanationSpec? spec = null)
    {
        var file = await File.ReadAllBytesAsync(Repo.Model(model), Test.Token);
        var hash = await _blobs.WriteAsync(file, Test.Token);
        await using var device = Start();
        var source = GraphSource.Of(ModelReader.Read(file, model), spec ?? _spec);
        await device.LoadAsync(source, Test.Token);
        device.Served.Note(hash, source.Spec);
        return source;
    }

    private Device Start(int? megabytes = null) =>
        new(new() { Lanes = 1, CacheFolder = Cache, MemoryBudgetMegabytes = megabytes }, TimeProvider.System, NullLogger.Instance);
}
