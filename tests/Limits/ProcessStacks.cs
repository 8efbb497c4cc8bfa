using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SaliencyCluster.Tests.Limits;

/// <summary>The stacks of this process, made by a second one: no .NET process can read its own.</summary>
internal static class ProcessStacks
{
    private const int SetTracer = 0x59616d61;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Gets what the async methods and threads stand at, or why that cannot be said.</summary>
    public static string Print()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "SaliencyCluster.sln"))) root = root.Parent;
        var tool = Path.Combine(root?.FullName ?? "", "tests", "SaliencyCluster.Stacks", "bin", "Release", "net10.0", "SaliencyCluster.Stacks.dll");
        if (!File.Exists(tool)) return "No stacks: build tests/SaliencyCluster.Stacks first (dotnet build tests/SaliencyCluster.Stacks -c Release).";
        // Where the system lets a process trace its children only, this one must say that it may be traced by others.
        if (OperatingSystem.IsLinux()) _ = AllowTracer(SetTracer, -1, 0, 0, 0);
        var file = Path.GetTempFileName();
        try
        {
            // Through a file and without async: this process is stopped while the tool reads it, and its pool may be starved.
            using var process = Process.Start("dotnet", [tool, $"{Environment.ProcessId}", file]);
            if (!process.WaitForExit(Limit))
            {
                process.Kill();
                return $"No stacks: reading them took longer than {Limit.TotalSeconds:0} s.";
            }
            return process.ExitCode == 0
                ? $"It waited for:{Environment.NewLine}{File.ReadAllText(file)}"
                : $"No stacks: SaliencyCluster.Stacks ended with exit code {process.ExitCode}.";
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Ends the process without any handler.</summary>
    [DllImport("libc", EntryPoint = "_exit")]
    public static extern void ExitNow(int code);

    [DllImport("libc", EntryPoint = "prctl")]
    private static extern int AllowTracer(int option, nint argument, nint third, nint fourth, nint fifth);
}
