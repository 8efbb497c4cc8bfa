using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Jobs;

/// <summary>The same job on clusters whose silos are stopped or killed in the middle of it.</summary>
public sealed class CrashTests
{
    private const int Images = 12;
    private static readonly ExplanationRequest Request = new() { Method = "smoothgrad", Target = "3", Samples = 150 };

    [Fact]
    public async Task Maps_are_the_same_bytes_on_one_worker_and_on_three_of_which_one_is_stopped_and_one_killed()
    {
        var expected = await UndisturbedAsync();
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: 3);
        var job = await SubmitAsync(cluster);
        await HalfDoneAsync(job, 2);
        var workers = cluster.Workers.ToArray();
        await cluster.StopAsync(workers[0]);
        await cluster.KillAsync(workers[1]);
        Assert.Equal((JobState.Completed, Images), Ending(await job.EndAsync()));
        Assert.Equal(expected, await MapsAsync(job));
    }

    [Theory]
    [InlineData("fourier")]
    [InlineData("maco")]
    public async Task Images_that_are_drawn_step_by_step_are_the_same_bytes_when_a_worker_and_then_a_gateway_is_killed(string basis)
    {
        var drawing = new ExplanationRequest
        {
            Method = "maximize", Target = "3", Steps = 250, Ascent = $"range=0:1,copies=2,basis={basis}",
        };
        string[] expected;
        await using (var calm = await RoleCluster.StartAsync(gateways: 1, workers: 1))
        {
            var undisturbed = await SubmitAsync(calm, drawing, 3);
            Assert.Equal((JobState.Completed, 3), Ending(await undisturbed.EndAsync()));
            expected = await MapsAsync(undisturbed);
        }
        Assert.Equal(3, expected.Distinct().Count());
        await using var cluster = await RoleCluster.StartAsync(gateways: 2, workers: 2);
        var job = await SubmitAsync(cluster, drawing, 3);
        await SomeDoneAsync(cluster, job, 200);
        await cluster.KillAsync(cluster.Workers.First());
        Assert.False((await job.GetAsync()).IsFinal);
        await cluster.KillAsync(cluster.Gateway);
        job = cluster.Job("crash");
        Assert.Equal((JobState.Completed, 3), Ending(await job.EndAsync()));
        Assert.Equal(expected, await MapsAsync(job));
        var outcome = (await job.ReadImagesAsync(0, 1))[0].Result!;
        Assert.Equal([12, 1, 28, 28], outcome.Shape);
        Assert.Equal((250, 12), (outcome.Trace.Length, outcome.FrameScores.Length));
    }

    [Fact]
    public async Task A_job_goes_on_by_itself_when_a_gateway_is_killed()
    {
        var expected = await UndisturbedAsync();
        await using var cluster = await RoleCluster.StartAsync(gateways: 2, workers: 2);
        var job = await SubmitAsync(cluster);
        await HalfDoneAsync(job, 2);
        await cluster.KillAsync(cluster.Gateway);
        job = cluster.Job("crash");
        Assert.Equal((JobState.Completed, Images), Ending(await job.EndAsync()));
        Assert.Equal(expected, await MapsAsync(job));
    }

    [Fact]
    public async Task A_job_waits_for_the_first_worker_and_says_so()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: 0);
        var job = await SubmitAsync(cluster);
        var status = await job.GetAsync();
        while (status.Waiting is null) status = await job.WaitForChangeAsync(status.Version, Test.Token);
        Assert.Contains("No worker", status.Waiting, StringComparison.Ordinal);
        await cluster.AddWorkerAsync();
        status = await job.EndAsync();
        Assert.Equal((JobState.Completed, Images), Ending(status));
        Assert.Null(status.Waiting);
        Assert.Empty(cluster.Log.Errors);
    }

    [Fact]
    public async Task A_worker_that_joins_in_the_middle_of_a_job_gets_work_at_once()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: 1);
        await cluster.AddModelAsync("mnist-cnn");
        var job = cluster.Job("joined");
        await job.SubmitAsync(Samples.Job("mnist-cnn", await cluster.Blobs.AddImagesAsync(500, 1, 28, 28), Request), Test.Token);
        await HalfDoneAsync(job, 1);
        await cluster.AddWorkerAsync();
        var queue = cluster.Grains.GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool);
        await Eventually.TrueAsync(async () => (await queue.DescribeAsync()).Devices.Count(d => d.PointsDone > 0) == 2, "both workers have done work");
        Assert.False((await job.GetAsync()).IsFinal);
        await job.CancelAsync();
    }

    [Fact]
    public async Task A_job_whose_last_outcomes_cannot_be_stored_ends_when_the_database_is_back()
    {
        var expected = await UndisturbedAsync();
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: 1);
        var job = await SubmitAsync(cluster);
        await HalfDoneAsync(job, 2);
        cluster.Database.IsAway = true;
        await Eventually.TrueAsync(() => Task.FromResult(cluster.Database.Failures >= 10), "the job has met the missing database");
        Assert.False((await job.GetAsync()).IsFinal);
        cluster.Database.IsAway = false;
        Assert.Equal((JobState.Completed, Images), Ending(await job.EndAsync()));
        Assert.Equal(expected, await MapsAsync(job));
        var supervisor = cluster.Grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single);
        await Eventually.TrueAsync(async () => await supervisor.CountAsync() == 0, "the supervisor has forgotten the job");
    }

    private static async Task<string[]> UndisturbedAsync()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: 1);
        var job = await SubmitAsync(cluster);
        Assert.Equal((JobState.Completed, Images), Ending(await job.EndAsync()));
        return await MapsAsync(job);
    }

    private static Task<IJobGrain> SubmitAsync(RoleCluster cluster) => SubmitAsync(cluster, Request, Images);

    private static async Task<IJobGrain> SubmitAsync(RoleCluster cluster, ExplanationRequest request, int images)
    {
        await cluster.AddModelAsync("mnist-cnn");
        var job = cluster.Job("crash");
        await job.SubmitAsync(Samples.Job("mnist-cnn", await cluster.Blobs.AddImagesAsync(images, 1, 28, 28), request), Test.Token);
        return job;
    }

    private static async Task SomeDoneAsync(RoleCluster cluster, IJobGrain job, long points)
    {
        var queue = cluster.Grains.GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool);
        await Eventually.TrueAsync(
            async () => (await queue.DescribeAsync()).Devices.Sum(d => d.PointsDone) >= points, "some points are done");
        Assert.False((await job.GetAsync()).IsFinal);
    }

    private static async Task HalfDoneAsync(IJobGrain job, int images)
    {
        var status = await job.GetAsync();
        while (status.Done < images) status = await job.WaitForChangeAsync(status.Version, Test.Token);
        Assert.False(status.IsFinal);
    }

    // Maps are named by their content, so equal names are equal bytes.
    private static async Task<string[]> MapsAsync(IJobGrain job) =>
        [.. (await job.ReadImagesAsync(0, Images)).Select(o => o.Result?.Map ?? o.Error!.What)];

    private static (JobState, int) Ending(JobStatus status) => (status.State, status.Done);
}
