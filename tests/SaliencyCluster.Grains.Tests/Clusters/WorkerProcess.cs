using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>A worker in a process of its own.</summary>
internal sealed partial class WorkerProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private WorkerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public static WorkerProcess Start(string dataDirectory, params string[] settings)
    {
        // The worker is built beside this test, in the same configuration.
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!);
        var program = Path.Combine(Repo.Root, "src", "SaliencyCluster.Worker", "bin", configuration, "net10.0", "SaliencyCluster.Worker.dll");
        return new(new()
        {
            StartInfo = new("dotnet", [program, $"--Saliency:Cluster:DataDirectory={dataDirectory}", "--Saliency:Cluster:MetricsPort=0",
                "--Saliency:Device:Lanes=1", "--Logging:LogLevel:Default=Warning", .. settings])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        });
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Test.Token);
    }

    /// <summary>Ends it as an operator or Kubernetes does, with SIGTERM, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Assert.Equal(0, Signal(_process.Id, Terminate));
        return await ExitAsync();
    }

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(Test.Token).WaitAsync(TimeSpan.FromMinutes(2), Test.Token);
        return _process.ExitCode;
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

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
