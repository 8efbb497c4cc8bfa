using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Workers;

/// <summary>What a device does, in one word, and what that means for whoever looks after it.</summary>
/// <param name="Name">The word, which is the class of its tag too.</param>
/// <param name="Meaning">What it means.</param>
internal sealed record DeviceState(string Name, string Meaning)
{
    private static readonly DeviceState
        Dead = new("dead", "Its process is no longer in the cluster; what it held is given to other devices."),
        Draining = new("draining", "It finishes what it holds and takes nothing more."),
        Drained = new("drained", "It holds nothing and takes nothing: its process can be stopped."),
        Stopping = new("stopping", "Its process is leaving the cluster."),
        Joining = new("joining", "Its process is not yet part of the cluster."),
        Running = new("running", "It computes."),
        Idle = new("idle", "It takes work, and there is none for it.");

    /// <summary>Gets the state of a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="silo">Its process; null where the cluster has none of that name.</param>
    public static DeviceState Of(Device device, Silo? silo) => (device, silo?.Status) switch
    {
        (_, null or "Dead") => Dead,
        ({ Draining: true, Leases: > 0 }, _) => Draining,
        (_, "ShuttingDown" or "Stopping") => Stopping,
        ({ Draining: true }, _) => Drained,
        ({ Leases: > 0 }, _) => Running,
        (_, not "Active") => Joining,
        _ => Idle,
    };

    /// <summary>Counts devices by state, the most frequent first, as in "3 running, 1 drained".</summary>
    public static string Count(IEnumerable<DeviceState> states) => string.Join(", ",
        states.CountBy(s => s.Name).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => $"{c.Value} {c.Key}"));
}
