using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Registration;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Tests.Evaluations;

namespace SaliencyCluster.Grains.Tests.State;

/// <summary>A cluster without workers, where jobs last as long as a test wants, and its images.</summary>
public sealed class IdleCluster : IAsyncLifetime
{
    internal RoleCluster Cluster { get; private set; } = null!;

    internal ManifestReference Images { get; private set; } = null!;

    internal ManifestReference Digits { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await RoleCluster.StartAsync(workers: 0);
        Images = await Cluster.Blobs.AddImagesAsync(2, 1, 28, 28);
        Digits = await Cluster.Blobs.AddDigitsAsync(1);
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

/// <summary>The storage fails exactly once, before or after the write has reached it; the call is repeated; all activations end; and what was acknowledged is there.</summary>
public sealed class StorageFailureTests(IdleCluster idle) : IClassFixture<IdleCluster>
{
    public static IEnumerable<TheoryDataRow<int, string, FailureMoment>> Cases() =>
        from call in StorageCalls.All.Index()
        from grain in call.Item.Writes
        from moment in Enum.GetValues<FailureMoment>()
        select new TheoryDataRow<int, string, FailureMoment>(call.Index, grain, moment) { TestDisplayName = $"{call.Item}: {grain} fails {moment}" };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public async Task What_was_acknowledged_is_stored(int call, string grain, FailureMoment moment)
    {
        var asked = StorageCalls.All[call];
        var scene = new Scene(idle.Cluster, $"t{call}-{grain}-{moment}", idle.Images, idle.Digits);
        await asked.Prepare(scene);
        var failures = idle.Cluster.Database.Failures;
        idle.Cluster.Database.FailNext(grain, moment);
        await Eventually.TrueAsync(async () => { await asked.Act(scene); return true; }, $"{asked} succeeds");
        await Eventually.TrueAsync(() => Task.FromResult(idle.Cluster.Database.Failures > failures), "the storage has failed");
        idle.Cluster.Database.Heal();
        await idle.Cluster.DeactivateAsync();
        Assert.True(await asked.IsStored(scene));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_outcome_that_arrives_at_a_state_read_again_is_kept(int count)
    {
        var (cluster, images) = (idle.Cluster, await idle.Cluster.Blobs.AddImagesAsync(count, 1, 28, 28));
        var scene = new Scene(cluster, $"reloaded-{count}", images, idle.Digits);
        await scene.RegisterAsync();
        await scene.SubmitAsync();
        await Eventually.TrueAsync(async () => (await scene.Job.GetAsync()).Active == count, "the images are under way");
        for (var i = count - 1; i > 0; i--) await scene.CompleteAsync(i);
        cluster.Database.FailNext("saliency.job", FailureMoment.After);
        await Assert.ThrowsAnyAsync<Exception>(() => scene.Job.ReprioritizeAsync(JobPriority.Batch, 2));
        // No call lies between, so what the lost answer said is read when the outcome is about to be stored.
        await scene.JobWork.CompleteAsync(Scene.Outcome(0));
        await cluster.DeactivateAsync();
        await Eventually.TrueAsync(async () => (await scene.Job.GetAsync()).IsFinal, "the job has ended");
        var status = await scene.Job.GetAsync();
        Assert.Equal((JobState.Completed, 1, count - 1, 2.0), (status.State, status.Done, status.Failed, status.Weight));
        Assert.Equal(Enumerable.Range(0, count).Select(i => i == 0 ? ImageState.Done : ImageState.Failed),
            (await scene.Job.ReadImagesAsync(0, count)).Select(o => o.State));
    }

    [Fact]
    public void Every_grain_that_stores_and_every_call_of_it_is_in_the_table()
    {
        var stateful = typeof(GrainRegistration).Assembly.GetTypes()
            .Where(t => t.IsAssignableTo(typeof(Grain)) && !t.IsAbstract && t.GetConstructors().Single().GetParameters().Any(p => p.IsDefined(typeof(PersistentStateAttribute), false))).ToArray();
        var grains = stateful.Select(t => t.GetCustomAttributes(typeof(GrainTypeAttribute), false).Cast<GrainTypeAttribute>().Single().GetGrainType(null!, t).ToString());
        Assert.Equal([], grains.Except(StorageCalls.All.SelectMany(c => c.Writes)).Except(StorageCalls.OtherGrains));
        var calls = stateful.SelectMany(t => t.GetInterfaces()).Distinct().Where(i => i.Namespace!.StartsWith("SaliencyCluster", StringComparison.Ordinal) && i.IsAssignableTo(typeof(IGrain)))
            .SelectMany(i => i.GetMethods().Select(m => $"{i.Name}.{m.Name}"));
        Assert.Equal([], calls.Except(StorageCalls.All.Select(c => c.ToString())).Except(StorageCalls.Others));
    }
}
