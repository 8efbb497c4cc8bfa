using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Telemetry.Tests.Clusters;

namespace SaliencyCluster.Telemetry.Tests.Scrapes;

/// <summary>A real Prometheus that scrapes metrics ports every second.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private Prometheus(Process process, int port) => (_process, _http) = (process, new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") });

    public static async Task<Prometheus> StartAsync(string folder, IEnumerable<int> gateways, IEnumerable<int> workers)
    {
        var port = FreePort.Of(0, IPAddress.Loopback);
        var config = Path.Combine(folder, "prometheus.yaml");
        await File.WriteAllTextAsync(config, $"""
            global: {"{"} scrape_interval: 1s {"}"}
            scrape_configs:
              - job_name: saliency-gateway
                static_configs: [{"{"} targets: [{Targets(gateways)}] {"}"}]
              - job_name: saliency-worker
                static_configs: [{"{"} targets: [{Targets(workers)}] {"}"}]
            """);
        var start = new ProcessStartInfo("prometheus", [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "tsdb")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]);
        var prometheus = new Prometheus(Process.Start(start)!, port);
        await Eventually.TrueAsync(prometheus.IsReadyAsync, () => "Prometheus is ready");
        return prometheus;
    }

    /// <summary>Gets the sum of what a query returns; null where it returns nothing.</summary>
    public async Task<double?> QueryAsync(string expression)
    {
        using var json = JsonDocument.Parse(await _http.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}"));
        var values = json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(r => double.Parse(r.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture)).ToList();
        return values.Count == 0 ? null : values.Sum();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var reply = await _http.GetAsync("/-/ready");
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Targets(IEnumerable<int> ports) => string.Join(", ", ports.Select(p => $"'127.0.0.1:{p}'"));
}
