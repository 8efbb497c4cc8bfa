using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SaliencyCluster.Faults.Tests.Clusters;

/// <summary>
/// Gives every process a network namespace of its own, joined by a bridge, so that links can be taken down and packets dropped. Where that
/// is not permitted all processes are on loopback, and <see cref="Missing"/> says why.
/// </summary>
internal sealed class Network : IDisposable
{
    private const string Iptables = "/usr/sbin/iptables";
    private readonly string _id;
    private readonly string _net;
    private readonly List<string> _namespaces = [];

    public Network()
    {
        var number = FreeNumber();
        (_id, _net) = (string.Create(CultureInfo.InvariantCulture, $"sal{number}"), Net(number));
        Missing = Shell.IsRoot ? Shell.Try("ip", "link", "add", _id, "type", "bridge") : "only root may make network namespaces";
        if (Missing is not null) return;
        Shell.Run("ip", "addr", "add", $"{_net}.1/24", "dev", _id);
        Shell.Run("ip", "link", "set", _id, "up");
        MissingLoss = Probe();
    }

    /// <summary>Gets why links cannot be taken down here; null where they can.</summary>
    public string? Missing { get; }

    /// <summary>Gets why packets cannot be dropped here; null where they can.</summary>
    public string? MissingLoss { get => Missing ?? field; }

    /// <summary>Gets the address of this process for the others.</summary>
    public string HostAddress => Missing is null ? $"{_net}.1" : "127.0.0.1";

    /// <summary>Gets the range of addresses of the processes.</summary>
    public string Range => Missing is null ? $"{_net}.0/24" : "127.0.0.0/8";

    /// <summary>Makes a place for a process and returns its address.</summary>
    public string Add(string name, int number)
    {
        if (Missing is not null) return "127.0.0.1";
        var (space, address) = (Space(name), string.Create(CultureInfo.InvariantCulture, $"{_net}.{10 + number}"));
        Shell.Run("ip", "netns", "add", space);
        _namespaces.Add(space);
        Shell.Run("ip", "link", "add", Link(name), "type", "veth", "peer", "name", "eth0", "netns", space);
        Shell.Run("ip", "link", "set", Link(name), "master", _id, "up");
        Shell.Run("ip", "-n", space, "addr", "add", $"{address}/24", "dev", "eth0");
        Shell.Run("ip", "-n", space, "link", "set", "eth0", "up");
        Shell.Run("ip", "-n", space, "link", "set", "lo", "up");
        return address;
    }

    /// <summary>Puts a command into the place of a process.</summary>
    public string[] Within(string name, params string[] command) => Missing is null ? ["ip", "netns", "exec", Space(name), .. command] : command;

    public void Cut(string name) => Shell.Run("ip", "link", "set", Link(name), "down");

    public void Restore(string name) => Shell.Run("ip", "link", "set", Link(name), "up");

    /// <summary>Drops a share of the packets that reach a process.</summary>
    public void Lose(string name, double share) => Filter(name, "-A", share);

    public void StopLosing(string name, double share) => Filter(name, "-D", share);

    public void Dispose()
    {
        foreach (var space in _namespaces) Shell.Try("ip", "netns", "del", space);
        if (Missing is null) Shell.Try("ip", "link", "del", _id);
    }

    // A test run that was killed leaves its bridge, and with it the route to these addresses.
    private static int FreeNumber()
    {
        var taken = NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address.ToString()).ToArray();
        return Enumerable.Range(Environment.ProcessId, 25_000).Select(n => n % 25_000)
            .First(n => !Array.Exists(taken, t => t.StartsWith(Net(n) + ".", StringComparison.Ordinal)));
    }

    private static string Net(int number) => string.Create(CultureInfo.InvariantCulture, $"10.{100 + number % 100}.{number / 100}");

    private string? Probe()
    {
        Add("probe", 200);
        try
        {
            Lose("probe", 0.5);
            return null;
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }

    private void Filter(string name, string change, double share) => Shell.Run("ip", "netns", "exec", Space(name), Iptables, change, "INPUT", "-i", "eth0", "-m", "statistic",
        "--mode", "random", "--probability", share.ToString(CultureInfo.InvariantCulture), "-j", "DROP");

    private string Space(string name) => $"{_id}-{name}";

    private string Link(string name) => $"{_id}{name}"[..Math.Min(15, _id.Length + name.Length)];
}
