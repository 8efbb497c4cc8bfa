using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Telemetry.Tests.Clusters;

/// <summary>A gateway or a worker as a process of its own.</summary>
internal sealed partial class ClusterProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _grpc = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClusterProcess(Process process, string name, int metricsPort)
    {
        (_process, Name, MetricsPort) = (process, name, metricsPort);
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => _grpc.TrySetException(new InvalidOperationException($"It ended: {Output}"));
        process.EnableRaisingEvents = true;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int MetricsPort { get; }

    public string Output => string.Join('\n', _output);

    public static ClusterProcess Start(string role, string name, string dataDirectory, params string[] settings)
    {
        // Built beside this program, in the same configuration.
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!);
        var project = $"SaliencyCluster.{(role == "gateway" ? "Gateway" : "Worker")}";
        var program = Path.Combine(Repo.Root, "src", project, "bin", configuration, "net10.0", $"{project}.dll");
        var metricsPort = FreePort.Of(0, IPAddress.Loopback);
        return new(new()
        {
            StartInfo = new("dotnet", [program, $"--Saliency:Cluster:DataDirectory={dataDirectory}", $"--Saliency:Cluster:MetricsPort={metricsPort}", $"--Saliency:Cluster:Name={name}",
                .. role == "gateway" ? ["--Saliency:Gateway:GrpcPort=0", "--Saliency:Gateway:HttpPort=0"] : new[] { "--Saliency:Device:Lanes=1" }, .. settings])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        }, name, metricsPort);
    }

    /// <summary>Waits until a gateway serves and returns the address of gRPC.</summary>
    public Task<Uri> GrpcAsync() => _grpc.Task.WaitAsync(TimeSpan.FromMinutes(2));

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ends it as an operator or Kubernetes does, with SIGTERM.</summary>
    public async Task StopAsync()
    {
        if (Signal(_process.Id, Terminate) != 0) throw new InvalidOperationException($"{Name} could not be told to stop.");
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }

    private void Read(string? line)
    {
        _output.Enqueue(line ?? "");
        if (line is not null && Serving().Match(line) is { Success: true } match) _grpc.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex("Serving gRPC at (http://[0-9.:]+)")]
    private static partial Regex Serving();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
