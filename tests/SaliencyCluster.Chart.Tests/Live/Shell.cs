using System.Diagnostics;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>Runs short programs of the system.</summary>
internal static class Shell
{
    public static void Run(params string[] command)
    {
        var (exit, text) = Try(command);
        Assert.True(exit == 0, $"{string.Join(' ', command)} ended with {exit}: {text}");
    }

    public static (int Exit, string Text) Try(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text + error.GetAwaiter().GetResult());
    }

    public static string Quote(string text) => $"'{text.Replace("'", "'\\''")}'";
}
