using System.Collections.Concurrent;
using System.Diagnostics;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Telemetry;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Workers;

/// <summary>How long interactive work waits on a worker that is full of batch work, by what is finished before it and not by the clock.</summary>
public sealed class OvertakingTests
{
    private const string Batch = "4bf92f3577b34da6a3ce929d0e0e0001", Person = "4bf92f3577b34da6a3ce929d0e0e0002";

    [Fact]
    public async Task Interactive_work_waits_for_no_more_than_the_shard_that_is_being_computed()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: 1);
        await cluster.AddModelAsync("mnist-cnn");
        var ends = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClusterMetrics.Source.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity => Note('+', activity),
            ActivityStopped = activity => Note('-', activity),
        };
        ActivitySource.AddActivityListener(listener);
        var images = await cluster.Blobs.AddImagesAsync(100, 1, 28, 28);
        var batch = cluster.Job("batch");
        await batch.SubmitAsync(Samples.Job("mnist-cnn", images, new ExplanationRequest { Method = "smoothgrad", Target = "3", Samples = 2000 }) with { TraceParent = $"00-{Batch}-00f067aa0ba902b7-01" }, Test.Token);
        for (var status = await batch.GetAsync(); status.Done < 2;) status = await batch.WaitForChangeAsync(status.Version, Test.Token);

        var person = cluster.Job("person");
        var one = await cluster.Blobs.AddImagesAsync(1, 1, 28, 28);
        await person.SubmitAsync(Samples.Job("mnist-cnn", one, new ExplanationRequest { Method = "smoothgrad", Target = "5", Samples = 64 }) with
        {
            Priority = JobPriority.Interactive,
            TraceParent = $"00-{Person}-00f067aa0ba902b7-01",
        }, Test.Token);
        Assert.Equal(JobState.Completed, (await person.EndAsync()).State);
        await batch.CancelAsync();
        await Eventually.TrueAsync(
            async () => await cluster.Grains.GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool).DescribeAsync() is { LeasedPoints: 0 }, "the device is done with the rest");

        var events = ends.ToList();
        var leases = events.Where(e => e[0] == '+' && e.EndsWith(Person, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(leases);
        Assert.All(leases, begin =>
        {
            var between = events[events.IndexOf(begin)..events.IndexOf('-' + begin[1..])];
            Assert.InRange(between.Count(e => e[0] == '-' && e.EndsWith(Batch, StringComparison.Ordinal)), 0, 1);
        });

        void Note(char what, Activity activity)
        {
            if (activity.OperationName == Spans.SessionRun) ends.Enqueue($"{what}{activity.SpanId} {activity.TraceId}");
        }
    }
}
