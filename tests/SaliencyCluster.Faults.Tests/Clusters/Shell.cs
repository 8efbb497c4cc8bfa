using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SaliencyCluster.Faults.Tests.Clusters;

/// <summary>Commands and signals of the host.</summary>
internal static partial class Shell
{
    public const int Kill = 9, Terminate = 15, Continue = 18, Stop = 19;

    public static bool IsRoot => Environment.UserName == "root";

    /// <summary>Runs a command to its end and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its output.</exception>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{errors.Result}");
    }

    /// <summary>Runs a command; null when it succeeded, else why not.</summary>
    public static string? Try(string program, params string[] arguments)
    {
        try
        {
            Run(program, arguments);
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return error.Message.Trim();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int process, int signal);
}
