using System.Diagnostics;
using System.Globalization;
using SaliencyCluster.Faults.Tests.Clusters;
using SaliencyCluster.Faults.Tests.Jobs;

namespace SaliencyCluster.Faults.Tests;

/// <summary>How long the shards of a killed worker wait. <c>tests/faults/kills N</c> measures more kills.</summary>
[Collection(FaultCluster.OneAtATime)]
public sealed class KillTests(FaultCluster cluster)
{
    private const int InContinuousIntegration = 3;
    private const int PlentyOfImages = 4000;

    [Fact]
    public async Task The_shards_of_a_killed_worker_run_elsewhere()
    {
        var kills = Environment.GetEnvironmentVariable("FAULTS_KILLS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : InContinuousIntegration;
        var id = string.Create(CultureInfo.InvariantCulture, $"kills-{Environment.ProcessId}");
        await KnownJob.SubmitAsync(cluster, id, PlentyOfImages);
        var seconds = new List<double>();
        for (var i = 0; i < kills; i++)
        {
            await cluster.WholeAsync();
            seconds.Add(await KillAsync(cluster.WorkerMembers[i % 3]));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kill {i + 1}: the last of its shards ran elsewhere after {seconds[^1]:0.00} s"));
        }
        await cluster.CallAsync(c => c.Jobs.CancelAsync(id));
        seconds.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kills} kills: median {seconds[seconds.Count / 2]:0.00} s, worst {seconds[^1]:0.00} s"));
    }

    private async Task<double> KillAsync(Member worker)
    {
        LeaseEvent[] held = [];
        await Eventually.TrueAsync(() => Task.FromResult(Held(worker).Length > 0), $"{worker.Name} holds leases");
        var killed = WorkEvents.Now;
        worker.Signal(Shell.Kill);
        held = Held(worker);
        var alive = cluster.WorkerMembers.Where(m => m != worker).Select(m => m.ProcessId).ToHashSet();
        var elsewhere = new Dictionary<LeaseEvent, long>();
        await Eventually.TrueAsync(() =>
        {
            var events = cluster.Events;
            foreach (var lease in held)
            {
                // Those that were slow may have been given to a second worker before the first one died: they run there already.
                var others = events.Leases.Where(l => l.Worker != worker.Name && l.Overlaps(lease) && (l.Time > killed || alive.Contains(l.Process)));
                if (others.MinBy(l => l.Time) is { } other) elsewhere[lease] = Math.Max(other.Time, killed);
                // Somebody had them already, perhaps the killed worker itself in another block.
                else if (events.IsCovered(lease)) elsewhere[lease] = killed;
            }
            return Task.FromResult(elsewhere.Count == held.Length);
        }, () => $"the shards of {worker.Name} ({worker.ProcessId}) run elsewhere: {string.Join("; ", held.Where(l => !elsewhere.ContainsKey(l)).Select(History))}");
        return elsewhere.Count == 0 ? 0 : Stopwatch.GetElapsedTime(killed, elsewhere.Values.Max()).TotalSeconds;
    }

    private string History(LeaseEvent lease)
    {
        var events = cluster.Events;
        return $"{lease} with {string.Join(", ", events.Leases.Where(l => l != lease && l.Overlaps(lease)).Select(l => $"{l} sent {events.IsSent(l)}"))}";
    }

    private LeaseEvent[] Held(Member worker)
    {
        var events = cluster.Events;
        return [.. events.Leases.Where(l => l.Worker == worker.Name && !events.IsSent(l) && l.Process == worker.ProcessId)];
    }
}
