using System.Diagnostics;
using System.Text.Json;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.EndToEnd.Tests.Processes;

/// <summary>A gateway or worker in a process of its own, on storage that it shares with others.</summary>
internal sealed class ClusterMember : IDisposable
{
    private readonly Process _process;

    private ClusterMember(Process process, Uri? grpc) => (_process, Grpc) = (process, grpc);

    /// <summary>Gets where a gateway serves; null for a worker.</summary>
    public Uri? Grpc { get; }

    public static async Task<ClusterMember> GatewayAsync(string data)
    {
        var process = Start("serve", "--json", "--workers", "0", "--grpc-port", "0", "--http-port", "0", "--metrics-port", "0", "--data", data);
        // One JSON object, over several lines, when it serves.
        var text = "";
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            text += line;
            if (line == "}") return new(process, new Uri(JsonDocument.Parse(text).RootElement.GetProperty("grpc").GetString()!));
        }
        throw new InvalidOperationException($"The gateway ended before it served: {await process.StandardError.ReadToEndAsync()}");
    }

    public static async Task<ClusterMember> WorkerAsync(string data)
    {
        var process = Start("worker", "--lanes", "1", "--data", data);
        if (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is null)
            throw new InvalidOperationException($"The worker ended before it served: {await process.StandardError.ReadToEndAsync()}");
        return new(process, null);
    }

    /// <summary>Tells it to stop, waits until it has, and returns its exit code and what it complained of.</summary>
    public async Task<(int Exit, string Error)> StopAsync()
    {
        using (var stop = Process.Start("kill", ["-TERM", $"{_process.Id}"])) await stop.WaitForExitAsync();
        var error = await _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(SaliencyCommandLine).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
