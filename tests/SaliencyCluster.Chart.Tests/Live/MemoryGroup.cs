using System.Globalization;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>The memory limit of a container: a control group, as kubelet makes one. Needs root.</summary>
internal static class MemoryGroup
{
    private const string Root = "/sys/fs/cgroup";
    // Version 1 has a tree for memory alone, version 2 one for all.
    private static readonly bool IsOld = Directory.Exists($"{Root}/memory");
    private static readonly string Tree = IsOld ? $"{Root}/memory" : Root;

    /// <summary>
    /// Gets the lines of a script that put what runs it, and what it starts, into a group of so many bytes. Where the script runs <c>/sys</c> is new,
    /// so the tree is mounted first: .NET, too, reads its limit there.
    /// </summary>
    public static string Enter(string name, long bytes)
    {
        string[] mount = IsOld
            ? [$"mount -t tmpfs tmpfs {Root}", $"mkdir {Tree}", $"mount -t cgroup -o memory cgroup {Tree}"]
            : [$"mount -t cgroup2 cgroup2 {Root}", $"echo +memory > {Root}/cgroup.subtree_control"];
        var limit = IsOld ? "memory.limit_in_bytes" : "memory.max";
        string[] enter =
        [
            .. mount, $"mkdir -p {Tree}/{name}", $"echo {bytes.ToString(CultureInfo.InvariantCulture)} > {Tree}/{name}/{limit}",
            $"echo $$ > {Tree}/{name}/cgroup.procs",
        ];
        return string.Concat(enter.Select(line => line + "\n"));
    }

    /// <summary>Gets how often the kernel has ended a process of the group because its memory was used up.</summary>
    public static int Kills(string name)
    {
        var lines = File.ReadLines($"{Tree}/{name}/{(IsOld ? "memory.oom_control" : "memory.events")}");
        return int.Parse(lines.Single(l => l.StartsWith("oom_kill ", StringComparison.Ordinal)).Split(' ')[1],
            CultureInfo.InvariantCulture);
    }

    /// <summary>Removes a group whose processes have ended.</summary>
    public static void Remove(string name)
    {
        if (Directory.Exists($"{Tree}/{name}")) Directory.Delete($"{Tree}/{name}");
    }
}
