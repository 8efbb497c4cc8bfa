using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>A running pod: its containers, and kubelet's side of them: probes, preStop, SIGTERM, grace period.</summary>
internal sealed class Pod(string name, IPAddress address, JsonObject spec, IPodHost host) : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly List<(JsonObject Spec, Process Process)> _containers = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _keeping = Task.CompletedTask;

    public string Name { get; } = name;

    public IPAddress Address { get; } = address;

    /// <summary>Gets what the containers printed.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>Gets how its containers were started, by name.</summary>
    public Dictionary<string, PodContainer> Containers { get; } = [];

    /// <summary>Gets the exit codes of containers that ended by themselves and were started again.</summary>
    public ConcurrentQueue<int> Restarts { get; } = [];

    /// <summary>Gets or sets whether Services send traffic here.</summary>
    public bool IsEndpoint { get; set; }

    public void Start(JsonObject container, PodContainer started)
    {
        Containers[(string)container["name"]!] = started;
        _containers.Add((container, Run(started)));
    }

    /// <summary>Starts the only container again whenever it ends: after 10 seconds, then 20, as kubelet does. For pods that are
    /// ready.</summary>
    public void KeepRunning() => _keeping = KeepRunningAsync(_containers.Single().Spec, _stopping.Token);

    private async Task KeepRunningAsync(JsonObject container, CancellationToken stopping)
    {
        try
        {
            for (var pause = TimeSpan.FromSeconds(10); ; pause *= 2)
            {
                var process = _containers[0].Process;
                await process.WaitForExitAsync(stopping);
                IsEndpoint = false;
                Restarts.Enqueue(process.ExitCode);
                await Task.Delay(pause, stopping);
                _containers[0] = (container, Run(Containers[(string)container["name"]!]));
                while (!await SucceedsAsync(container, "readinessProbe")
                    && !_containers[0].Process.HasExited) await Task.Delay(TimeSpan.FromSeconds(1), stopping);
                IsEndpoint = true;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The pod is stopped.
        }
    }

    private Process Run(PodContainer started)
    {
        var process = host.Start(started);
        process.OutputDataReceived += (_, line) => Log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => Log.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Waits until the startup probes and then the readiness probes of all containers succeed; each must then be alive too.</summary>
    public async Task ReadyAsync()
    {
        foreach (var (container, process) in _containers)
        {
            foreach (var probe in new[] { "startupProbe", "readinessProbe", "livenessProbe" })
            {
                await Eventually.TrueAsync(async () =>
                {
                    Assert.False(process.HasExited, $"{Name} ended:\n{string.Join('\n', Log.TakeLast(40))}");
                    return await SucceedsAsync(container, probe);
                }, () => $"{probe} of {Name} succeeds\n{string.Join('\n', Log.TakeLast(10))}");
            }
        }
        IsEndpoint = true;
    }

    /// <summary>Ends the pod as Kubernetes does: no endpoint any more, preStop, SIGTERM, and the grace period.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _keeping;
        IsEndpoint = false;
        var grace = TimeSpan.FromSeconds((double)spec["terminationGracePeriodSeconds"]!);
        await Task.WhenAll(_containers.Select(async c =>
        {
            var pause = (double?)c.Spec["lifecycle"]?["preStop"]?["sleep"]?["seconds"] ?? 0;
            await Task.Delay(TimeSpan.FromSeconds(pause), TestContext.Current.CancellationToken);
            Shell.Run("kill", "-TERM", $"{c.Process.Id}");
            using var limit = new CancellationTokenSource(grace - TimeSpan.FromSeconds(pause));
            try
            {
                await c.Process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{Name} did not end within its grace period of {grace.TotalSeconds} s:\n{string.Join('\n', Log.TakeLast(40))}");
            }
            Assert.True(c.Process.ExitCode == 0, $"{Name} ended with {c.Process.ExitCode}:\n{string.Join('\n', Log.TakeLast(40))}");
        }));
        host.RemovePod(Name);
    }

    /// <summary>Gets the account that a container runs under.</summary>
    public IEnumerable<int> Users() =>
        _containers.Select(c => int.Parse(File.ReadLines($"/proc/{c.Process.Id}/status").Single(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1]));

    public int Port(string portName) => (int)_containers.SelectMany(c => c.Spec["ports"]!.AsArray()).Single(p => (string)p!["name"]! == portName)!["containerPort"]!;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _keeping;
        _stopping.Dispose();
        foreach (var (_, process) in _containers)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    private async Task<bool> SucceedsAsync(JsonObject container, string probe)
    {
        var get = container[probe]!["httpGet"]!;
        try
        {
            using var answer = await Http.GetAsync(new Uri($"http://{Address}:{Port((string)get["port"]!)}{get["path"]}"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
