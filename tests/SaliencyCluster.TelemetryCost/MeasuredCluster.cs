using System.Diagnostics;
using SaliencyCluster.Client;
using SaliencyCluster.Telemetry.Tests.Clusters;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.TelemetryCost;

/// <summary>A gateway and a worker, each a process, and the job that is measured on them.</summary>
internal sealed class MeasuredCluster : IAsyncDisposable
{
    private const int Images = 16;
    private readonly TemporaryFolder _data = new();
    private readonly List<ClusterProcess> _processes = [];
    private readonly Workload _work;
    private SaliencyClient _client = null!;

    private MeasuredCluster(Workload work) => _work = work;

    public static async Task<MeasuredCluster> StartAsync(Workload work, params string[] settings)
    {
        var cluster = new MeasuredCluster(work);
        var gateway = ClusterProcess.Start("gateway", "gateway", cluster._data.Path, [.. settings, "--Logging:LogLevel:Microsoft=Warning"]);
        cluster._processes.Add(gateway);
        cluster._processes.Add(ClusterProcess.Start("worker", "worker", cluster._data.Path, settings));
        cluster._client = new(await gateway.GrpcAsync());
        await Eventually.TrueAsync(async () => (await cluster._client.GetClusterAsync()).Devices.Count == 1, () => "the worker serves");
        await using var file = File.OpenRead(Repo.Model(work.Model));
        await cluster._client.Models.AddAsync(work.Model, file);
        // What is compiled on first use is no cost of telemetry.
        for (var i = 0; i < 2; i++) await cluster.PointsPerSecondAsync(observed: false);
        return cluster;
    }

    /// <summary>
    /// Runs the job. Where it is observed, both metrics ports are scraped every second meanwhile, as a busy Prometheus would, and the live numbers of
    /// the dashboard's first page are followed.
    /// </summary>
    public async Task<double> PointsPerSecondAsync(bool observed)
    {
        using var stop = new CancellationTokenSource();
        var observing = observed ? Task.WhenAll(ScrapeAsync(stop.Token), FollowAsync(stop.Token)) : Task.CompletedTask;
        var started = Stopwatch.GetTimestamp();
        var job = await _client.Jobs.SubmitAsync(_work.Model, new() { Method = "smoothgrad", Samples = (uint)_work.Samples }, _work.Images(Images).ToAsyncEnumerable());
        await _client.Jobs.WatchAsync(job.JobId).LastAsync();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await observing;
        return Images * _work.Samples / seconds;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var process in _processes) await process.DisposeAsync();
        _data.Dispose();
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var _ in _client.WatchClusterAsync(cancellation: stop)) { }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the measurement.
        }
    }

    private async Task ScrapeAsync(CancellationToken stop)
    {
        using var http = new HttpClient();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            foreach (var process in _processes) await http.GetStringAsync($"http://127.0.0.1:{process.MetricsPort}/metrics", CancellationToken.None);
        }
        while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
    }
}
