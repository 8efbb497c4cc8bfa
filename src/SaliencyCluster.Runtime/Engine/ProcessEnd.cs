using System.Runtime.InteropServices;

namespace SaliencyCluster.Runtime.Engine;

/// <summary>The end of a process in which native code runs that does not return: what a process does at its end would wait for
/// it.</summary>
public static partial class ProcessEnd
{
    private static volatile bool _isStuck;

    /// <summary>Ends the process where native code was left behind; otherwise returns the code to end with.</summary>
    public static int Of(int code) => _isStuck ? Now(code) : code;

    /// <summary>Takes note that native code was left behind.</summary>
    internal static void Stuck() => _isStuck = true;

    /// <summary>Ends the process without more ado.</summary>
    internal static int Now(int code)
    {
        Console.Out.Flush();
        Console.Error.Flush();
        return AtOnce(code);
    }

    /// <summary>Ends the process, whatever was written and not sent yet.</summary>
    internal static int AtOnce(int code)
    {
        if (OperatingSystem.IsWindows()) System.Diagnostics.Process.GetCurrentProcess().Kill();
        else Exit(code);
        return code;
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
