using System.Diagnostics;
using System.Net;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>
/// Pods on loopback addresses of their own, for machines that permit no namespaces: "any" means the pod's address, and paths of mounts the
/// folders behind them. Everything else is as rendered.
/// </summary>
internal sealed class LoopbackHost : IPodHost
{
    private static int _next = Random.Shared.Next(100);
    private readonly int _net = 1 + Interlocked.Increment(ref _next) % 250;
    private readonly Dictionary<string, IPAddress> _services = [];
    private int _addresses = 10;

    public IPAddress AddPod(string name) => IPAddress.Parse($"127.31.{_net}.{_addresses++}");

    public void RemovePod(string name)
    {
        // An address of loopback needs nothing.
    }

    public IPAddress AddService(string name) => _services[name] = IPAddress.Parse($"127.31.{_net}.{_addresses++}");

    public Process Start(PodContainer container)
    {
        var start = new ProcessStartInfo(container.Command[0], container.Command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = container.Image };
        foreach (var (key, value) in container.Environment) start.Environment[key] = Here(container, value);
        return Process.Start(start)!;
    }

    public void Dispose()
    {
    }

    private string Here(PodContainer container, string value)
    {
        if (value == "any") return container.Address.ToString();
        // Only a value that is a path: the folder of one mount may lie below the path of another.
        var mount = container.Mounts.Keys.Where(path => value == path || value.StartsWith(path + "/", StringComparison.Ordinal)).MaxBy(path => path.Length);
        if (mount is not null) return container.Mounts[mount].Folder + value[mount.Length..];
        foreach (var (name, address) in _services) value = value.Replace($"Host={name};", $"Host={address};");
        return value;
    }
}
