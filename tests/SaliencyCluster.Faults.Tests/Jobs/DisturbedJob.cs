using System.Diagnostics;
using System.Globalization;
using SaliencyCluster.Faults.Tests.Clusters;
using SaliencyCluster.Faults.Tests.Injection;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Faults.Tests.Jobs;

/// <summary>Runs the known job while faults happen and compares its answer with that of an undisturbed run.</summary>
internal sealed class DisturbedJob(FaultCluster cluster)
{
    private static (JobAnswer Answer, int Shards)? _undisturbed;

    public long ComputedShards { get; private set; }

    public long NeededShards { get; private set; }

    public async Task RunAsync(string id, IReadOnlyList<Fault> faults)
    {
        var injector = new Injector(cluster);
        foreach (var fault in faults) injector.Require(fault.Kind);
        var (expected, needed) = _undisturbed ??= await UndisturbedAsync();
        var watch = Stopwatch.StartNew();
        var from = WorkEvents.Now;
        Console.WriteLine($"{id}: {string.Join("; ", faults)}");
        try
        {
            await KnownJob.SubmitAsync(cluster, id);
            var undone = Task.WhenAll(faults.Select(injector.RunAsync));
            var job = await KnownJob.EndAsync(cluster, id);
            var seconds = watch.Elapsed.TotalSeconds;
            await undone;
            // First: it says why an image has failed.
            var answer = await KnownJob.ReadAsync(cluster, id);
            Assert.Equal((JobState.Done, KnownJob.Images, 0), (job.State, job.ImagesDone, job.ImagesFailed));
            Assert.Equal(expected.Files, answer.Files);
            Assert.Equal(expected.Points, answer.Points);
            await cluster.WholeAsync();
            var computed = cluster.Events.ShardsSince(from);
            (ComputedShards, NeededShards) = (ComputedShards + computed, NeededShards + needed);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"    same bytes after {seconds:0.0} s, {computed} shards computed for {needed} needed, whole again after {watch.Elapsed.TotalSeconds:0.0} s"));
        }
        catch (Exception error)
        {
            throw new Xunit.Sdk.XunitException($"{id} ({string.Join("; ", faults)}): {error}");
        }
    }

    private async Task<(JobAnswer Answer, int Shards)> UndisturbedAsync()
    {
        var watch = Stopwatch.StartNew();
        var from = WorkEvents.Now;
        await KnownJob.SubmitAsync(cluster, "undisturbed");
        var job = await KnownJob.EndAsync(cluster, "undisturbed");
        Assert.Equal((JobState.Done, KnownJob.Images), (job.State, job.ImagesDone));
        var answer = await KnownJob.ReadAsync(cluster, "undisturbed");
        // Not what was computed, in which there may be the second lease of a straggler.
        var each = cluster.Events.ShardPoints;
        // And one of each image for the forward pass before its first round.
        var shards = answer.Points.Sum(points => 1 + (int)((points + each - 1) / each));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"undisturbed: {watch.Elapsed.TotalSeconds:0.0} s, {shards} shards needed, {cluster.Events.ShardsSince(from)} computed, {answer.Points.Sum()} points"));
        return (answer, shards);
    }
}
