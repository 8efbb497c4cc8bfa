using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Errors;

namespace SaliencyCluster.Runtime.Trials;

/// <summary>Lets a process of its own load and run a graph before this one does, watches it, and ends it where it takes too much.
/// Thread-safe.</summary>
/// <param name="command">How it is started.</param>
/// <param name="device">The device, for messages.</param>
/// <param name="maxBytes">The most memory that it may take.</param>
/// <param name="timeout">The most time that it may take.</param>
/// <param name="clock">Measures the time.</param>
/// <param name="logger">Told of trials.</param>
internal sealed class TrialProcess(TrialCommand command, string device, long maxBytes, TimeSpan timeout, TimeProvider clock,
    ILogger logger) : IDisposable
{
    // Beside the graph: the runtime, and the native library.
    private const long OwnBytes = 256L << 20;
    private const int KeptOfError = 500;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // Two at a time: one that takes all of its time must not hold up every new model.
    private readonly SemaphoreSlim _places = new(2);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Tries a graph that was compiled.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="folder">Where the process finds it.</param>
    /// <param name="keep">Whether the graph is kept there too as ONNX Runtime optimises it.</param>
    /// <exception cref="SaliencyException">As of <see cref="Run(ExplanationGraph, string, string)"/>.</exception>
    public void Run(ExplanationGraph graph, string folder, bool keep)
    {
        var file = Path.Combine(folder, "compiled.onnx");
        using (var stream = File.Create(file)) stream.Write(graph.Model.Span);
        Run(graph, file, keep ? folder : "");
        File.Delete(file);
    }

    /// <summary>Tries a graph.</summary>
    /// <param name="graph">What it is, for messages.</param>
    /// <param name="file">The file to load.</param>
    /// <param name="optimized">The folder where the graph is kept as ONNX Runtime optimises it; empty for none,
    /// <see cref="TrialCommand.Optimized"/> where the file is such a graph.</param>
    /// <exception cref="SaliencyException">SAL4022: the process ended, or had to be ended. SAL4003: the graph cannot be loaded or
    /// run.</exception>
    public void Run(ExplanationGraph graph, string file, string optimized)
    {
        Wait();
        try
        {
            var started = clock.GetTimestamp();
            using var process = Start(file, optimized);
            var said = process.StandardOutput.ReadToEndAsync();
            var complaints = process.StandardError.ReadToEndAsync();
            var (peak, why) = Watch(process, started);
            var answer = said.GetAwaiter().GetResult().Trim();
            var seconds = clock.GetElapsedTime(started).TotalSeconds;
            if (why is null && answer == TrialCommand.Behaved)
            {
                logger.TrialBehaved(graph.ModelHash, device, seconds, peak >> 20);
                return;
            }
            why ??= WhyOf(answer, process.ExitCode, complaints.GetAwaiter().GetResult());
            var error = why is null
                ? RuntimeErrors.TrialFailed(graph, device, answer[TrialCommand.Failed.Length..].Trim())
                    : RuntimeErrors.TrialEnded(graph, device, why);
            logger.TrialEnded(graph.ModelHash, device, seconds, peak >> 20, error.What);
            throw error;
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Ends those that run.</summary>
    public void Dispose() => _stopping.Cancel();

    private Process Start(string file, string optimized)
    {
        try
        {
            return Process.Start(command.Start([file, optimized, (maxBytes + OwnBytes).ToString(CultureInfo.InvariantCulture)]))!;
        }
        catch (Win32Exception cause)
        {
            throw RuntimeErrors.NoTrial(device, cause);
        }
    }

    private void Wait()
    {
        try
        {
            _places.Wait(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            throw RuntimeErrors.Stopped(device);
        }
    }

    // Polled, since memory tells nobody that it grows.
    private (long Peak, string? Why) Watch(Process process, long started)
    {
        var peak = 0L;
        while (!process.WaitForExit(Look))
        {
            peak = Math.Max(peak, BytesOf(process));
            var why = _stopping.IsCancellationRequested ? ""
                : peak > maxBytes + OwnBytes ? $"it took more than {maxBytes >> 20} MB of memory"
                : clock.GetElapsedTime(started) > timeout ? $"it took longer than {timeout}" : null;
            if (why is null) continue;
            process.Kill();
            process.WaitForExit();
            return why.Length > 0 ? (peak, why) : throw RuntimeErrors.Stopped(device);
        }
        return (peak, null);
    }

    // ONNX Runtime's own words for memory that it did not get; any other error of a run is no fault of the process.
    private string? WhyOf(string answer, int exit, string complaints) =>
        !answer.StartsWith(TrialCommand.Failed, StringComparison.Ordinal) ? $"its process ended with code {exit}{Tail(complaints)}"
        : answer.Contains("bad allocation", StringComparison.OrdinalIgnoreCase) || answer.Contains("bad_alloc", StringComparison.Ordinal)
            || answer.Contains("Failed to allocate memory", StringComparison.OrdinalIgnoreCase)
                ? $"it asked for more than {maxBytes >> 20} MB of memory" : null;

    private static string Tail(string text)
    {
        text = text.ReplaceLineEndings(" ").Trim();
        return text.Length == 0 ? "" : $": {(text.Length > KeptOfError ? text[^KeptOfError..] : text)}";
    }

    private static long BytesOf(Process process)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                process.Refresh();
                return process.PrivateMemorySize64;
            }
            // Pages: all, resident, and of those the ones of files.
            var pages = File.ReadAllText($"/proc/{process.Id}/statm").Split(' ');
            return Environment.SystemPageSize * (
                long.Parse(pages[1], CultureInfo.InvariantCulture) - long.Parse(pages[2], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            // It has ended meanwhile.
            return 0;
        }
    }
}
