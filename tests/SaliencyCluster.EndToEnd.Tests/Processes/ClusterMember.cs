using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.EndToEnd.Tests.Processes;

/// <summary>A gateway or worker in a process of its own, on storage that it shares with others.</summary>
internal sealed class ClusterMember : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _complaints;

    private ClusterMember(Process process, ConcurrentQueue<string> complaints, Uri? grpc, Uri? http = null) =>
        (_process, _complaints, Grpc, Http) = (process, complaints, grpc, http);

    /// <summary>Gets the lines of its error stream so far.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Gets where a gateway serves; null for a worker.</summary>
    public Uri? Grpc { get; }

    /// <summary>Gets where a gateway serves REST and pages; null for a worker.</summary>
    public Uri? Http { get; }

    /// <summary>Gets whether it still runs.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Gets the most memory that was ever resident, in bytes.</summary>
    public long PeakBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ',
            StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    public static Task<ClusterMember> GatewayAsync(string data) => ServeAsync(data, workers: 0);

    /// <summary>Starts <c>saliency serve</c>.</summary>
    /// <param name="data">The storage.</param>
    /// <param name="workers">Worker processes beside it; null where it computes itself.</param>
    /// <param name="keys">The file of keys; null without.</param>
    /// <param name="memory">The most bytes of managed memory; null for those of the host.</param>
    /// <param name="options">Further options.</param>
    /// <param name="settings">Further settings, as variables of the environment.</param>
    public static async Task<ClusterMember> ServeAsync(
        string data, int? workers, string? keys = null, long? memory = null, string[]? options = null,
        params (string Name, string Value)[] settings)
    {
        string[] beside = [.. workers is null
            ? (string[])[] : ["--workers", $"{workers}"], .. keys is null ? (string[])[] : ["--keys", keys], .. options ?? []];
        return await ServingAsync(Start(memory, settings,
            ["serve", "--json", "--grpc-port", "0", "--http-port", "0", "--metrics-port", "0", "--data", data, .. beside]));
    }

    /// <summary>Starts <c>saliency kserve</c> with those arguments of a container.</summary>
    public static Task<ClusterMember> KServeAsync(params string[] arguments) =>
        ServingAsync(Start(null, [], ["kserve", "--json", .. arguments]));

    private static async Task<ClusterMember> ServingAsync((Process Process, ConcurrentQueue<string> Complaints) started)
    {
        var (process, complaints) = started;
        // One JSON object, over several lines, when it serves.
        var text = "";
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            text += line;
            if (line != "}") continue;
            var said = JsonDocument.Parse(text).RootElement;
            return new(process, complaints, new Uri(said.GetProperty("grpc").GetString()!), new Uri(said.GetProperty("http").GetString()!));
        }
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        throw new InvalidOperationException($"The gateway ended before it served: {string.Join('\n', complaints)}");
    }

    public static async Task<ClusterMember> WorkerAsync(string data)
    {
        var (process, complaints) = Start(null, [], "worker", "--lanes", "1", "--data", data);
        if (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is null)
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            throw new InvalidOperationException($"The worker ended before it served: {string.Join('\n', complaints)}");
        }
        return new(process, complaints, null);
    }

    /// <summary>Tells it to stop, waits until it has, and returns its exit code and what it complained of.</summary>
    public async Task<(int Exit, string Error)> StopAsync()
    {
        using (var stop = Process.Start("kill", ["-TERM", $"{_process.Id}"])) await stop.WaitForExitAsync();
        await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, string.Join('\n', _complaints));
    }

    /// <summary>Ends it, and what it started, as a host does that fails.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static (Process, ConcurrentQueue<string>) Start(long? memory, (string Name, string Value)[] settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet",
            [typeof(SaliencyCommandLine).Assembly.Location, .. arguments]) { RedirectStandardOutput = true,
            RedirectStandardError = true };
        if (memory is not null) start.Environment["DOTNET_GCHeapHardLimit"] = $"{memory:x}";
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var process = Process.Start(start)!;
        // Read all the time: a pipe that nobody reads stops the one who writes.
        var complaints = new ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text) complaints.Enqueue(text);
        };
        process.BeginErrorReadLine();
        return (process, complaints);
    }
}
