using Microsoft.Extensions.DependencyInjection;
using SaliencyCluster.Client;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Telemetry.Tests.Clusters;
using SaliencyCluster.Telemetry.Tests.Documents;

namespace SaliencyCluster.Telemetry.Tests.Scrapes;

/// <summary>A real Prometheus scrapes a gateway and four workers, each a process, and a fifth in this one, in good days and bad.</summary>
public sealed class PrometheusTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_documented_metric_moves_under_its_documented_name()
    {
        using var data = new TemporaryFolder();
        await using var gateway = ClusterProcess.Start("gateway", "gateway", data.Path);
        var workers = Enumerable.Range(1, 4).Select(i => ClusterProcess.Start("worker", $"worker-{i}", data.Path, "--Saliency:Worker:DrainTime=00:00:00", "--Saliency:Worker:LeaseWork=00:00:01")).ToList();
        try
        {
            using var client = new SaliencyClient(await gateway.GrpcAsync());
            await using var own = await TestSilo.StartAsync("worker", data.Path);
            await using var prometheus = await Prometheus.StartAsync(data.Path, [gateway.MetricsPort], [.. workers.Select(w => w.MetricsPort), own.Metrics.Port]);
            await Eventually.TrueAsync(async () => (await client.GetClusterAsync(Cancellation)).Devices.Count == 5, () => "five workers serve");
            await Digits.AddModelAsync(client);
            var endless = await client.Jobs.SubmitAsync(Digits.Model, new() { Method = "smoothgrad", Samples = 20000 }, Digits.Many(200), cancellation: Cancellation);
            await Eventually.TrueAsync(async () => await MaxAsync(prometheus, "saliency_queue_points") > 0 && await MaxAsync(prometheus, "saliency_points_total") > 0, () => "work goes on");
            await own.ComputeTwiceAsync(own.Services.GetRequiredService<IGrainFactory>().GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool));
            // One dies with its leases, one has no time to finish them.
            workers[3].Kill();
            await workers[2].StopAsync();
            await Eventually.TrueAsync(
                async () => await MaxAsync(prometheus, "saliency_lease_expired_total") > 0 && await MaxAsync(prometheus, "saliency_drain_returned_total") > 0, () => "both are told");
            await client.Jobs.CancelAsync(endless.JobId, Cancellation);

            var lost = await RunAsync(client);
            foreach (var blob in Directory.EnumerateFiles(Path.Combine(data.Path, "blobs"), "*", SearchOption.AllDirectories)) File.Delete(blob);
            await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(client, lost));
            await Digits.AddModelAsync(client);
            await Eventually.TrueAsync(async () =>
            {
                await ReadAsync(client, await RunAsync(client));
                return (await StillAsync(prometheus)).Count == 0;
            }, () => $"every metric has moved; not yet: {string.Join(", ", StillAsync(prometheus).Result)}");
            Assert.Equal(3, await prometheus.QueryAsync("count(up{job=\"saliency-worker\"} == 1)"));
        }
        finally
        {
            foreach (var worker in workers) await worker.DisposeAsync();
        }
    }

    private static async Task<string> RunAsync(SaliencyClient client)
    {
        var job = await client.Jobs.SubmitAsync(Digits.Model, new() { Method = "smoothgrad", Samples = 3000 }, Digits.Many(6), cancellation: Cancellation);
        await client.Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation);
        return job.JobId;
    }

    private static async Task ReadAsync(SaliencyClient client, string job) => await client.Jobs.ReadResultsAsync(job, cancellation: Cancellation).ToListAsync(Cancellation);

    private static async Task<List<string>> StillAsync(Prometheus prometheus)
    {
        var still = new List<string>();
        foreach (var row in MetricTable.Rows)
        {
            if (await MaxAsync(prometheus, row.Kind == "histogram" ? $"{row.Prometheus}_count" : row.Prometheus) == 0) still.Add(row.Prometheus);
        }
        return still;
    }

    private static async Task<double> MaxAsync(Prometheus prometheus, string series) => await prometheus.QueryAsync($"max(max_over_time({series}[10m]))") ?? 0;
}
