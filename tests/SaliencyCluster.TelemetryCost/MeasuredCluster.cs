using System.Diagnostics;
using SaliencyCluster.Client;
using SaliencyCluster.Telemetry.Tests.Clusters;

namespace SaliencyCluster.TelemetryCost;

/// <summary>A gateway and a worker, each a process, and the job that is measured on them.</summary>
internal sealed class MeasuredCluster : IAsyncDisposable
{
    private const int Images = 16, Samples = 4000;
    private readonly TemporaryFolder _data = new();
    private readonly List<ClusterProcess> _processes = [];
    private SaliencyClient _client = null!;

    public static async Task<MeasuredCluster> StartAsync(params string[] settings)
    {
        var cluster = new MeasuredCluster();
        var gateway = ClusterProcess.Start("gateway", "gateway", cluster._data.Path, [.. settings, "--Logging:LogLevel:Microsoft=Warning"]);
        cluster._processes.Add(gateway);
        cluster._processes.Add(ClusterProcess.Start("worker", "worker", cluster._data.Path, settings));
        cluster._client = new(await gateway.GrpcAsync());
        await Eventually.TrueAsync(async () => (await cluster._client.GetClusterAsync()).Devices.Count == 1, () => "the worker serves");
        await Digits.AddModelAsync(cluster._client);
        return cluster;
    }

    /// <summary>Runs the job; where told so, both metrics ports are scraped every second meanwhile, as a busy Prometheus would.</summary>
    public async Task<double> PointsPerSecondAsync(bool scrape)
    {
        using var stop = new CancellationTokenSource();
        var scraping = scrape ? ScrapeAsync(stop.Token) : Task.CompletedTask;
        var started = Stopwatch.GetTimestamp();
        var job = await _client.Jobs.SubmitAsync(Digits.Model, new() { Method = "smoothgrad", Samples = Samples }, Digits.Many(Images));
        await _client.Jobs.WatchAsync(job.JobId).LastAsync();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await scraping;
        return Images * Samples / seconds;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var process in _processes) await process.DisposeAsync();
        _data.Dispose();
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
