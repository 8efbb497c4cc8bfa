using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Retention;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Tests.Evaluations;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Retention;

/// <summary>The collection over real jobs, models and blobs, at times that have not come yet.</summary>
public sealed class JobRetentionTests
{
    private static readonly ExplanationRequest Gradient = new() { Method = "gradient", Target = "3" };

    [Fact]
    public async Task An_ended_job_is_kept_for_its_retention_and_then_goes_with_its_blobs_while_its_model_stays()
    {
        await using var cluster = await RoleCluster.StartAsync();
        var model = await cluster.AddModelAsync("mnist-cnn", "somebody");
        var images = await cluster.Blobs.AddImagesAsync(3, 1, 28, 28);
        var job = cluster.Job("ended", "somebody");
        await job.SubmitAsync(Samples.Job("mnist-cnn", images, Gradient), Test.Token);
        var status = await job.EndAsync();
        Assert.Equal((JobState.Completed, 3), (status.State, status.Done));
        var maps = (await job.ReadImagesAsync(0, 3)).Select(o => o.Result!.Map).ToArray();
        var orphan = await cluster.Blobs.WriteAsync("nobody refers to this"u8.ToArray(), Test.Token);

        Assert.Equal(new SweepReport(0, 10, 0, 0), await SweepAsync(cluster, TimeSpan.FromHours(1)));
        Assert.Equal((0, 1L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(6))));
        Assert.False(await cluster.Blobs.ExistsAsync(orphan, Test.Token));
        foreach (var map in maps) Assert.NotEmpty(await cluster.Blobs.ReadAsync(map, Test.Token));

        // List, its chunk, three images and three maps; the model is still registered.
        Assert.Equal((1, 8L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(8))));
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(job.GetAsync)).Code);
        Assert.True(await cluster.Blobs.ExistsAsync(model.Registration.Blob, Test.Token));

        await cluster.Grains.GetGrain<IModelIndexGrain>("somebody").RemoveAsync("mnist-cnn");
        Assert.Equal((0, 1L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(8))));
        Assert.Empty(cluster.Log.Errors);
    }

    [Fact]
    public async Task A_job_that_waits_for_a_month_keeps_its_images_and_a_model_that_was_removed()
    {
        await using var cluster = await RoleCluster.StartAsync(workers: 0);
        await cluster.AddModelAsync("mnist-cnn");
        var job = cluster.Job("waits");
        await job.SubmitAsync(Samples.Job("mnist-cnn", await cluster.Blobs.AddImagesAsync(3, 1, 28, 28), Gradient), Test.Token);
        await cluster.Grains.GetGrain<IModelIndexGrain>(GrainKeys.DefaultTenant).RemoveAsync("mnist-cnn");
        Assert.Equal(new SweepReport(0, 6, 0, 0), await SweepAsync(cluster, TimeSpan.FromDays(31)));
        await cluster.AddWorkerAsync();
        var status = await job.EndAsync();
        Assert.Equal((JobState.Completed, 3), (status.State, status.Done));
    }

    [Fact]
    public async Task An_evaluation_keeps_its_images_masks_and_report_for_its_retention_and_its_batches_leave_nothing()
    {
        await using var cluster = await RoleCluster.StartAsync();
        await cluster.AddModelAsync("mnist-cnn", "somebody");
        var evaluation = cluster.Grains.GetGrain<IEvaluationGrain>(new EvaluationKey("somebody", "kept").ToString());
        await evaluation.SubmitAsync(DigitEvaluations.Submission(new() { Title = "kept", Methods = ["gradient"], Randomization = new() }, await cluster.Blobs.AddDigitsAsync(2)), Test.Token);
        await evaluation.ReportAsync(cluster.Blobs);
        var report = (await evaluation.GetAsync()).Report!;

        // Answers and the lists of batches go; what stays are the model, list, chunk, two images, two masks and three files.
        Assert.Equal(10, (await SweepAsync(cluster, TimeSpan.FromDays(6))).Kept);
        Assert.NotEmpty(await cluster.Blobs.ReadAsync(report.Html, Test.Token));
        Assert.Equal((1, 9L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(8))));
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(evaluation.GetAsync)).Code);
        Assert.Empty(cluster.Log.Errors);
    }

    private static (int Jobs, long Blobs) Removed(SweepReport report) => (report.Jobs, report.Removed);

    private static Task<SweepReport> SweepAsync(RoleCluster cluster, TimeSpan later)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later);
        var jobs = new JobReferences(cluster.Grains, cluster.Blobs, NullLogger<JobReferences>.Instance);
        async Task<int> RemoveAsync(DateTimeOffset before, CancellationToken ct) =>
            await new StoredJobs(cluster.Grains).RemoveEndedAsync(before, ct) + await new StoredEvaluations(cluster.Grains).RemoveEndedAsync(before, ct);
        return new BlobCollector(RemoveAsync, cluster.Blobs, [new ModelReferences(cluster.Grains), jobs], new(), time)
            .SweepAsync(Test.Token);
    }
}
