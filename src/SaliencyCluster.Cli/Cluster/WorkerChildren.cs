using System.Diagnostics;
using System.Globalization;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Cluster;

/// <summary>
/// Worker processes of <c>saliency serve --workers N</c>. They live as long as their standard input is open, so they drain and
/// leave when this process stops, and also when it dies. One that dies by itself is started again.
/// </summary>
internal sealed class WorkerChildren : IAsyncDisposable
{
    private static readonly TimeSpan PauseBeforeRestart = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _stopTime;
    private readonly Task[] _children;

    internal WorkerChildren(int count, Func<ProcessStartInfo> start, TimeSpan stopTime, CliHost host)
    {
        _stopTime = stopTime;
        _children = [.. Enumerable.Range(1, count).Select(number => KeepAsync(number, start, host))];
    }

    /// <summary>Starts workers on the storage of a gateway.</summary>
    /// <param name="count">How many.</param>
    /// <param name="data">The storage.</param>
    /// <param name="lanes">Runs at the same time in each; the processors are shared among them by default.</param>
    /// <param name="stopTime">How long one may take to stop, before it is killed.</param>
    /// <param name="host">Where to say what becomes of them.</param>
    public static WorkerChildren Start(int count, string data, int? lanes, TimeSpan stopTime, CliHost host)
    {
        var each = lanes ?? Math.Max(Environment.ProcessorCount / Math.Max(count, 1), 1);
        return new(count, () => Command(data, each), stopTime, host);
    }

    /// <summary>Lets the workers drain and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_children);
        _stopping.Dispose();
    }

    private async Task KeepAsync(int number, Func<ProcessStartInfo> start, CliHost host)
    {
        while (!_stopping.IsCancellationRequested)
        {
            using var process = Process.Start(start()) ?? throw new SaliencyException("SAL9040", "A worker process cannot be started.", "Start workers by hand: saliency worker --data DIR");
            await using var closing = _stopping.Token.Register(process.StandardInput.Close);
            await UntilItEndsAsync(process, number, host);
            if (_stopping.IsCancellationRequested) return;
            host.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"worker {number} ended with exit code {process.ExitCode}; it is started again"));
            await Task.Delay(PauseBeforeRestart, host.Clock, _stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    // A worker that hangs would keep this process from ever ending.
    private async Task UntilItEndsAsync(Process process, int number, CliHost host)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, host.Clock);
        await using var told = _stopping.Token.Register(() => late.CancelAfter(_stopTime));
        try
        {
            // What a worker prints of itself is of no interest here; its log is on the shared error stream.
            await process.StandardOutput.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            host.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"worker {number} did not stop within {_stopTime.TotalSeconds:0} s and was killed"));
        }
    }

    private static ProcessStartInfo Command(string data, int lanes)
    {
        var own = Environment.ProcessPath!;
        var info = new ProcessStartInfo(own) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        // `dotnet saliency.dll` runs under the name of dotnet.
        if (Path.GetFileNameWithoutExtension(own) == "dotnet") info.ArgumentList.Add(typeof(WorkerChildren).Assembly.Location);
        string[] arguments = ["worker", "--data", data, "--metrics-port", "0", "--until-input-closes", "--lanes", lanes.ToString(CultureInfo.InvariantCulture)];
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        return info;
    }
}
