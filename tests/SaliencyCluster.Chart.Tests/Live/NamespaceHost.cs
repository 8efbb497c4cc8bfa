using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>
/// Pods in network namespaces of their own on one bridge; containers with a read-only root, the account and no capabilities, as the
/// security context says. Needs root.
/// </summary>
internal sealed class NamespaceHost : IPodHost
{
    private readonly int _net = FreeNet();
    private readonly string _bridge;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("saliency-pods-");
    private readonly Dictionary<string, string> _namespaces = [];
    private readonly Dictionary<string, IPAddress> _services = [];
    private readonly HashSet<string> _groups = [];
    private int _pods = 10;

    public NamespaceHost()
    {
        _bridge = $"slc{Environment.ProcessId % 10000}n{_net}";
        // With an address of its own: else it takes the lowest of its ports', and all pods lose sight of it when that pod goes.
        Shell.Run("ip", "link", "add", _bridge, "address", $"02:53:4c:43:00:{_net:x2}", "type", "bridge");
        Shell.Run("ip", "addr", "add", $"10.231.{_net}.1/24", "dev", _bridge);
        Shell.Run("ip", "link", "set", _bridge, "up");
    }

    /// <summary>Does once what pods need, and gets what the machine says where it forbids it; null where it permits all.</summary>
    public static string? Obstacle()
    {
        if (Environment.UserName != "root") return "not root";
        var name = $"slc{Environment.ProcessId % 10000}try";
        try
        {
            string[][] steps =
            [
                ["ip", "link", "add", name, "type", "bridge"],
                ["ip", "netns", "add", name],
                ["ip", "link", "add", $"{name}v", "type", "veth", "peer", "name", "eth0", "netns", name],
                ["ip", "netns", "exec", name, "sh", "-c", "mount -t tmpfs tmpfs /mnt && setpriv --reuid=1654 --regid=1654 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all true"],
            ];
            foreach (var step in steps)
                if (Shell.Try(step) is { Exit: not 0 } refused) return refused.Text.Trim();
            return null;
        }
        finally
        {
            // What was not made cannot be removed: that is no error.
            Shell.Try("ip", "netns", "del", name);
            Shell.Try("ip", "link", "del", name);
        }
    }

    public IPAddress AddPod(string name)
    {
        var number = _pods++;
        var address = $"10.231.{_net}.{number}";
        var space = _namespaces[name] = $"{_bridge}p{number}";
        Shell.Run("ip", "netns", "add", space);
        Shell.Run("ip", "link", "add", $"{_bridge}{number}", "type", "veth", "peer", "name", "eth0", "netns", space);
        Shell.Run("ip", "link", "set", $"{_bridge}{number}", "master", _bridge, "up");
        Shell.Run("ip", "-n", space, "addr", "add", $"{address}/24", "dev", "eth0");
        Shell.Run("ip", "-n", space, "link", "set", "eth0", "up");
        Shell.Run("ip", "-n", space, "link", "set", "lo", "up");
        return IPAddress.Parse(address);
    }

    public void RemovePod(string name)
    {
        if (_namespaces.Remove(name, out var space)) Shell.Run("ip", "netns", "del", space);
    }

    public IPAddress AddService(string name)
    {
        var address = _services[name] = IPAddress.Parse($"10.231.{_net}.{200 + _services.Count}");
        Shell.Run("ip", "addr", "add", $"{address}/32", "dev", _bridge);
        return address;
    }

    public Process Start(PodContainer container)
    {
        var script = Path.Combine(_folder.FullName, $"{container.Pod}-{Guid.NewGuid():n}.sh");
        File.WriteAllText(script, Script(container));
        // Every step replaces the one before: the process that is signalled is the program.
        return Process.Start(new ProcessStartInfo("ip", ["netns", "exec", _namespaces[container.Pod], "sh", script])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        })!;
    }

    public void Dispose()
    {
        foreach (var space in _namespaces.Values) Shell.Run("ip", "netns", "del", space);
        Shell.Run("ip", "link", "del", _bridge);
        foreach (var group in _groups) MemoryGroup.Remove(group);
        _folder.Delete(recursive: true);
    }

    // A test run that was killed leaves its bridge, and with it the route to these addresses.
    private static int FreeNet()
    {
        var taken = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address.GetAddressBytes()).Where(a => a is [10, 231, ..]).Select(a => (int)a[2]).ToHashSet();
        return Enumerable.Range(0, 250).Where(n => !taken.Contains(n)).ToArray() is { Length: > 0 } free
            ? free[Random.Shared.Next(free.Length)]
            : throw new InvalidOperationException("Every network from 10.231.0.0/24 to 10.231.249.0/24 is taken: remove bridges that killed test runs have left (ip link del slc...).");
    }

    private string Script(PodContainer container)
    {
        var root = _folder.CreateSubdirectory($"root-{Guid.NewGuid():n}").FullName;
        // shared/Microsoft.NETCore.App/VERSION/ lies three folders below the program dotnet.
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var text = new StringBuilder("set -e\n");
        if (container.Memory is { } bytes)
        {
            text.Append(MemoryGroup.Enter(container.Group, bytes));
            _groups.Add(container.Group);
        }
        text.Append($"R={root}\nmount -t tmpfs tmpfs $R\nmkdir -p $R/usr $R/etc\nmount --rbind /usr $R/usr\n");
        text.Append("for l in bin sbin lib lib64; do ln -s usr/$l $R/$l; done\nfor d in proc dev sys; do mkdir $R/$d; mount --rbind /$d $R/$d; done\n");
        text.Append("cp /etc/nsswitch.conf $R/etc/\n");
        foreach (var (name, address) in _services) text.Append($"echo {address} {name} {name}.maps {name}.maps.svc >> $R/etc/hosts\n");
        if (!dotnet.StartsWith("/usr/", StringComparison.Ordinal)) Bind(text, dotnet, dotnet, readOnly: true);
        Bind(text, container.Image, container.WorkingDirectory, readOnly: true);
        foreach (var (path, (folder, readOnly)) in container.Mounts.OrderBy(m => m.Key.Length)) Bind(text, folder, path, readOnly);
        var environment = container.Environment.Append(new("PATH", $"{dotnet}:/usr/bin:/bin")).Append(new("HOME", "/tmp"));
        text.Append("mount -o remount,ro $R\n");
        text.Append($"exec chroot $R setpriv --reuid={container.User} --regid={container.User} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all ");
        text.Append($"env -i -C {container.WorkingDirectory} ").AppendJoin(' ', environment.Select(e => Shell.Quote($"{e.Key}={e.Value}")));
        return text.Append(' ').AppendJoin(' ', container.Command.Select(Shell.Quote)).Append('\n').ToString();
    }

    private static void Bind(StringBuilder text, string from, string to, bool readOnly)
    {
        text.Append($"mkdir -p $R{to}\nmount --bind {from} $R{to}\n");
        if (readOnly) text.Append($"mount -o remount,bind,ro $R{to}\n");
    }
}
