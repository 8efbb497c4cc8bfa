using System.Diagnostics;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Faults.Tests.Clusters;

/// <summary>A gateway or worker process and who keeps it running: when it ends it is started again, as Kubernetes or systemd do.</summary>
internal sealed class Member : IAsyncDisposable
{
    private static readonly TimeSpan RestartAfter = TimeSpan.FromMilliseconds(300);
    private readonly string[] _command;
    private readonly Dictionary<string, string> _environment;
    private readonly string _folder;
    private readonly StreamWriter _output;
    private readonly Lock _gate = new();
    private Process _process;
    private bool _isEnding;

    public Member(string name, string address, string[] command, Dictionary<string, string> environment, string folder)
    {
        (Name, Address, _command, _environment, _folder) = (name, address, command, environment, folder);
        _output = new(Path.Combine(folder, $"{name}.out")) { AutoFlush = true };
        _process = Start();
    }

    public string Name { get; }

    public string Address { get; }

    /// <summary>Gets how often it was started.</summary>
    public int Starts { get; private set; }

    public int ProcessId { get { lock (_gate) return _process.Id; } }

    /// <summary>Gets the path of a program that was built beside this test, in the same configuration.</summary>
    public static string Program(string folder, string project) => Path.Combine(
        Repo.Root, folder, project, "bin", Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!), "net10.0", project + ".dll");

    public void Signal(int signal)
    {
        lock (_gate)
        {
            if (!_process.HasExited) _ = Shell.Signal(_process.Id, signal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Process process;
        lock (_gate) (_isEnding, process) = (true, _process);
        Signal(Shell.Continue);
        Signal(Shell.Kill);
        await process.WaitForExitAsync();
        process.Dispose();
        await _output.DisposeAsync();
    }

    private Process Start()
    {
        var process = new Process
        {
            StartInfo = new(_command[0], _command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder },
            EnableRaisingEvents = true,
        };
        foreach (var (key, value) in _environment) process.StartInfo.Environment[key] = value;
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.Exited += (_, _) => _ = RestartAsync(process);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Starts++;
        Write($"---- start {Starts}, process {process.Id}");
        return process;
    }

    private async Task RestartAsync(Process ended)
    {
        Write($"---- process ended with {ended.ExitCode}");
        await Task.Delay(RestartAfter, TimeProvider.System);
        lock (_gate)
        {
            if (!_isEnding) _process = Start();
        }
        ended.Dispose();
    }

    private void Write(string? line)
    {
        lock (_output)
        {
            if (line is not null && _output.BaseStream is { CanWrite: true }) _output.WriteLine(line);
        }
    }
}
