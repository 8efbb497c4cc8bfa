using System.Globalization;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client;
using SaliencyCluster.Hosting.Doctor;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Doctor;

/// <summary>What the gateway says of itself and its cluster: key, version, processes, workers, queue and clock.</summary>
internal static class GatewayChecks
{
    private static readonly TimeSpan MaxSkew = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxStart = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);

    public static async Task<IReadOnlyList<CheckResult>> RunAsync(SaliencyClient client, TimeProvider clock, CancellationToken cancellation)
    {
        ClusterStatus status;
        var asked = clock.GetUtcNow();
        try
        {
            await client.ListMethodsAsync(cancellation);
            var started = asked = clock.GetUtcNow();
            status = await client.GetClusterAsync(cancellation);
            // A worker is a member, and ready, a moment before it first asks for work.
            while (IsStarting(status) && clock.GetUtcNow() - started < MaxStart)
            {
                await Task.Delay(AskAgain, clock, cancellation);
                asked = clock.GetUtcNow();
                status = await client.GetClusterAsync(cancellation);
            }
        }
        catch (GatewayException error)
        {
            return [new("SAL9403", "access", CheckOutcome.Failed, $"{error.Code}: {error.What}", error.Next)];
        }
        var answered = clock.GetUtcNow();
        return
        [
            new("SAL9403", "access", CheckOutcome.Ok, "the gateway answers, and the key (where one is needed) is accepted"),
            VersionOf(status),
            WorkersOf(status),
            QueueOf(status),
            ClockOf(status, asked + (answered - asked) / 2),
        ];
    }

    private static bool IsStarting(ClusterStatus status) =>
        status.Devices.Count == 0 && status.Silos.Any(s => s.Roles.Contains("worker") && s.Status == "Active");

    // One minor version of difference is what upgrades pass through.
    private static CheckResult VersionOf(ClusterStatus status)
    {
        var own = ProductVersion.Text;
        var theirs = status.Version.Split('+')[0];
        if (own == theirs) return new("SAL9404", "version", CheckOutcome.Ok, $"{own} on both sides");
        return Version.TryParse(own.Split('-')[0], out var a) && Version.TryParse(theirs.Split('-')[0], out var b) && a.Major == b.Major && Math.Abs(a.Minor - b.Minor) <= 1
            ? new("SAL9404", "version", CheckOutcome.Warning, $"the gateway is {theirs}, this program {own}", "Bring both to the same version when you can.")
            : new("SAL9404", "version", CheckOutcome.Failed, $"the gateway is {theirs}, this program {own}: more than one minor version apart", "Upgrade the older side: docs/operations/upgrade.md");
    }

    private static CheckResult WorkersOf(ClusterStatus status)
    {
        var taking = status.Devices.Where(d => !d.Draining).ToList();
        if (taking.Count == 0)
        {
            return new("SAL9405", "workers", CheckOutcome.Warning, $"{status.Silos.Count} processes, no worker that takes work",
                "Right where pools are scaled to zero; else look at the workers' logs (kubectl logs -l app.kubernetes.io/component=worker).");
        }
        var pools = taking.GroupBy(d => d.Pool).Select(p => $"{p.Key}: {p.Count()} ({string.Join(", ", p.Select(d => d.Provider).Distinct())})");
        return new("SAL9405", "workers", CheckOutcome.Ok, string.Join("; ", pools));
    }

    private static CheckResult QueueOf(ClusterStatus status)
    {
        var found = string.Create(CultureInfo.InvariantCulture, $"{status.QueuedPoints} points wait, {status.LeasedPoints} are being computed, {status.PointsPerSecond:0} points/s");
        if (status.QueuedPoints == 0 || status.LeasedPoints > 0) return new("SAL9406", "queue", CheckOutcome.Ok, found);
        return new("SAL9406", "queue", CheckOutcome.Warning, found + ": nobody takes them", "Check that a worker serves their pool, and that pools scale up (docs/operations/troubleshooting.md).");
    }

    private static CheckResult ClockOf(ClusterStatus status, DateTimeOffset here)
    {
        var skew = (status.Now.ToDateTimeOffset() - here).Duration();
        return skew > MaxSkew
            ? new("SAL9407", "clock", CheckOutcome.Warning, $"{skew.TotalSeconds:0.0} s from the gateway's", "Let both hosts follow a time server (NTP).")
            : new("SAL9407", "clock", CheckOutcome.Ok, $"{skew.TotalSeconds:0.0} s from the gateway's");
    }
}
