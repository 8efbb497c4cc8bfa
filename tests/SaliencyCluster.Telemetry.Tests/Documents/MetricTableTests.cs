using Microsoft.Extensions.DependencyInjection;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Onnx;
using SaliencyCluster.Telemetry.Tests.Clusters;

namespace SaliencyCluster.Telemetry.Tests.Documents;

/// <summary>The table of docs/telemetry.md against a cluster: no metric that is not there or never moves, and none that is not documented.</summary>
public sealed class MetricTableTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_documented_metric_exists_and_moves_and_no_other_exists()
    {
        using var metrics = new MovedMetrics();
        using var data = new TemporaryFolder();
        await using var gateway = await TestSilo.StartAsync("gateway", data.Path, ("Saliency:Queue:LeaseTime", "00:00:02"));
        using var client = gateway.Client();
        await Digits.AddModelAsync(client);
        var job = await client.Jobs.SubmitAsync(Digits.Model, new() { Method = "smoothgrad", Samples = 600 }, Digits.Many(20), cancellation: Cancellation);
        var queue = gateway.Services.GetRequiredService<IGrainFactory>().GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool);

        // One device that is never heard of again, and one that leaves before it is done.
        var (silent, leaving) = (Device("silent"), Device("leaving"));
        Assert.NotEmpty(await AcquireAsync(queue, silent));
        var returned = (await AcquireAsync(queue, leaving))[0];
        await queue.ReportAsync(new() { Device = leaving, Ended = [new(returned.Id, LeaseEnding.Returned)], Draining = true });
        await Assert.ThrowsAsync<SaliencyException>(() => gateway.Services.GetRequiredService<IBlobStore>().ReadAsync(new string('0', 64), Cancellation));

        // Before anybody repeats the lost lease, and while the job cannot end.
        await Eventually.TrueAsync(() => Task.FromResult(metrics.HasMoved("saliency.lease.expired")), () => "a lease has run out");
        Assert.True(metrics.HasMoved("saliency.jobs.active"));
        await using var worker = await TestSilo.StartAsync("worker", data.Path);
        await worker.ComputeTwiceAsync(queue);
        await client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        List<string> Still() => [.. MetricTable.Rows.Select(r => r.Name).Where(name => !metrics.HasMoved(name))];
        await Eventually.TrueAsync(() => Task.FromResult(Still().Count == 0), () => $"every metric has moved; not yet: {string.Join(", ", Still())}");
        Assert.Equal(MetricTable.Rows.Select(r => r.Name).Order(StringComparer.Ordinal), metrics.Published.Order(StringComparer.Ordinal));
        Assert.Empty(metrics.WithoutDescription);
    }

    private static Task<IReadOnlyList<Lease>> AcquireAsync(IShardQueueGrain queue, DeviceId device) => queue.AcquireAsync(new(device, 1, 1, [], TimeSpan.FromSeconds(15)), Cancellation);

    private static DeviceId Device(string name) => new(name, $"127.0.0.1:1@{name.Length}", "cpu", "cpu");
}
