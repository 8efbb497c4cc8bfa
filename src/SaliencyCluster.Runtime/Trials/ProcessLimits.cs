using System.Globalization;
using System.Runtime.InteropServices;

namespace SaliencyCluster.Runtime.Trials;

/// <summary>What the operating system holds a trial to. Elsewhere than on Linux only its parent watches it.</summary>
internal static partial class ProcessLimits
{
    private const int Data = 2, Core = 4;

    /// <summary>Bounds the memory that this process may write to, from now on; makes it the first to go when the host has none left; and
    /// lets it leave no core behind.</summary>
    /// <param name="bytes">How much more than it has.</param>
    public static void Set(long bytes)
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A container may not show it: the limit below holds all the same.
        }
        Set(Core, 0);
        Set(Data, PrivateBytes() + (ulong)bytes);
    }

    private static void Set(int resource, ulong most)
    {
        var limit = new Limit { Current = most, Most = most };
        if (SetLimit(resource, ref limit) != 0) throw new IOException(
            $"setrlimit({resource}) failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    // Of private memory that can be written to, which is what the limit counts: in kB.
    private static ulong PrivateBytes() => 1024 * ulong.Parse(
        File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmData:", StringComparison.Ordinal)).Split(' ',
            StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ref Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current;
        public ulong Most;
    }
}
