using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Registration;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Tests.Evaluations;
using SaliencyCluster.Onnx;

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
    public async Task A_page_is_stored_once_whatever_comes_meanwhile()
    {
        const int Count = IOutcomePageGrain.Size + 2;
        var (cluster, held, isHeld) = (idle.Cluster, new TaskCompletionSource(), new TaskCompletionSource());
        var scene = new Scene(cluster, "pages", await cluster.Blobs.AddImagesAsync(Count, 1, 28, 28), idle.Digits);
        await scene.RegisterAsync();
        await scene.SubmitAsync();
        await Eventually.TrueAsync(async () => (await scene.Job.GetAsync()).Active > 0, "images are under way");
        for (var i = 0; i < Count - 3; i++) await scene.CompleteAsync(i);
        int Written() => cluster.Database.Writes.GetValueOrDefault("saliency.job");
        var before = Written();
        cluster.Database.Gate = grain =>
        {
            if (grain.Type.ToString() != "saliency.job") return Task.CompletedTask;
            isHeld.TrySetResult();
            return held.Task;
        };
        var last = scene.CompleteAsync(Count - 3);
        await isHeld.Task.WaitAsync(Test.Token);
        await Eventually.TrueAsync(async () => (await scene.Job.GetAsync()).Active > 1, "images of the next page are under way");
        var next = scene.CompleteAsync(Count - 2);
        await Eventually.TrueAsync(async () => (await scene.Job.GetAsync()).Failed == Count - 2, "the next outcome has come");
        held.SetResult();
        await Task.WhenAll(last, next);
        cluster.Database.Heal();
        Assert.Equal(1, Written() - before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_outcome_for_a_job_that_is_gone_is_taken_so_that_it_is_not_delivered_for_ever(bool wasThere)
    {
        var scene = new Scene(idle.Cluster, $"gone-{wasThere}", idle.Digits, idle.Digits);
        if (wasThere)
        {
            await scene.RegisterAsync();
            await scene.SubmitAsync();
            await scene.Job.CancelAsync();
            await scene.Job.DeleteAsync();
        }
        foreach (var image in new[] { 0, 1, 1 }) await scene.JobWork.CompleteAsync(Scene.Outcome(image));
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(scene.Job.GetAsync)).Code);
    }

    [Fact]
    public async Task An_outcome_of_another_job_that_had_the_id_before_is_not_taken()
    {
        var scene = new Scene(idle.Cluster, "same-id", idle.Images, idle.Digits);
        await scene.RegisterAsync();
        await scene.SubmitAsync();
        await Eventually.TrueAsync(async () => (await scene.Job.GetAsync()).Active == 2, "the images are under way");
        await scene.JobWork.CompleteAsync(Scene.Outcome(0) with { Incarnation = DateTimeOffset.UnixEpoch });
        Assert.Equal((0, 2), ((await scene.Job.GetAsync()).Done, (await scene.Job.GetAsync()).Active));
        await scene.JobWork.CompleteAsync(Scene.Outcome(0) with { Incarnation = (await scene.Job.GetAsync()).Created });
        Assert.Equal(1, (await scene.Job.GetAsync()).Done);
    }

    [Fact]
    public async Task A_retry_beside_a_deletion_finds_no_job_and_begins_nothing()
    {
        var (cluster, held, isHeld) = (idle.Cluster, new TaskCompletionSource(), new TaskCompletionSource());
        var scene = new Scene(cluster, "retried", idle.Images, idle.Digits);
        await scene.RegisterAsync();
        await scene.SubmitAsync();
        await scene.CompleteAsync();
        Assert.Equal(1, (await scene.Job.GetAsync()).Failed);
        cluster.Database.Gate = grain =>
        {
            if (grain.Type.ToString() != "saliency.job") return Task.CompletedTask;
            isHeld.TrySetResult();
            return held.Task;
        };
        var deleted = scene.Job.DeleteAsync();
        await isHeld.Task.WaitAsync(Test.Token);
        var retried = scene.Job.RetryFailedAsync();
        await Task.Yield();
        held.SetResult();
        await deleted;
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(() => retried)).Code);
        cluster.Database.Heal();
        Assert.False(await scene.JobWork.EnsureRunningAsync());
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
