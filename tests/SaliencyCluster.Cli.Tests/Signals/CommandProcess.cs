using System.Diagnostics;
using System.Runtime.InteropServices;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Tests.Signals;

/// <summary>A command in a process of its own.</summary>
internal sealed partial class CommandProcess : IDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource Seen)> _awaited = [];

    public CommandProcess(IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var info = new ProcessStartInfo("dotnet", [typeof(SaliencyCommandLine).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) info.Environment[name] = value;
        _process = new() { StartInfo = info };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Gets everything that was printed.</summary>
    public string Printed
    {
        get { lock (_gate) return string.Join('\n', _lines); }
    }

    /// <summary>Waits for a line on either stream.</summary>
    public async Task SeeAsync(Func<string, bool> wanted)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.Any(wanted)) return;
            _awaited.Add((wanted, seen));
        }
        await UnderWayAsync(seen.Task);
    }

    /// <summary>Waits for a sign that it is under way; one that ended before fails with what it said.</summary>
    public async Task UnderWayAsync(Task sign)
    {
        var ended = _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(sign, ended) != sign) Assert.Fail($"It ended with exit code {_process.ExitCode} before it was told to: {Printed}");
    }

    /// <summary>Sends a signal, waits for the end and returns the exit code.</summary>
    public async Task<int> EndAsync(PosixSignal signal)
    {
        Assert.Equal(0, Kill(_process.Id, signal == PosixSignal.SIGINT ? 2 : 15));
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_gate)
        {
            _lines.Add(line);
            foreach (var (_, seen) in _awaited.Where(a => a.Wanted(line))) seen.TrySetResult();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
