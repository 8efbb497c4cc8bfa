using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Retention;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Tests.Evaluations;
using SaliencyCluster.Grains.Work;
using SaliencyCluster.Imaging;
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

        // With what its request leaves out of the model, and the list of what the ended job refers to.
        Assert.Equal(new SweepReport(0, 12, 0, 0), await SweepAsync(cluster, TimeSpan.FromHours(1)));
        Assert.Equal((0, 1L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(6))));
        Assert.False(await cluster.Blobs.ExistsAsync(orphan, Test.Token));
        foreach (var map in maps) Assert.NotEmpty(await cluster.Blobs.ReadAsync(map, Test.Token));

        // List, its chunk, three images, three maps, the facts of the model and the list of these; the model is still registered.
        Assert.Equal((1, 10L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(8))));
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(job.GetAsync)).Code);
        Assert.True(await cluster.Blobs.ExistsAsync(model.Registration.Blob, Test.Token));

        await cluster.Grains.GetGrain<IModelIndexGrain>("somebody").RemoveAsync("mnist-cnn");
        Assert.Equal((0, 1L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(8))));
        Assert.Empty(cluster.Log.Errors);
    }

    [Fact]
    public async Task A_job_that_cannot_be_removed_keeps_no_other_from_it()
    {
        await using var cluster = await RoleCluster.StartAsync();
        await cluster.AddModelAsync("mnist-cnn");
        var images = await cluster.Blobs.AddImagesAsync(1, 1, 28, 28);
        foreach (var id in (string[])["a", "b", "c"])
        {
            await cluster.Job(id).SubmitAsync(Samples.Job("mnist-cnn", images, Gradient), Test.Token);
            await cluster.Job(id).EndAsync();
        }
        cluster.Database.Faulty = cluster.Job("b").GetGrainId().ToString();
        Assert.Equal(2, (await SweepAsync(cluster, TimeSpan.FromDays(8))).Jobs);
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(cluster.Job("c").GetAsync)).Code);
        cluster.Database.Heal();
        Assert.Equal(1, (await SweepAsync(cluster, TimeSpan.FromDays(8))).Jobs);
    }

    [Fact]
    public async Task What_somebody_looked_at_is_in_no_list_and_goes_before_jobs_do_whatever_those_are_called()
    {
        await using var cluster = await RoleCluster.StartAsync();
        await cluster.AddModelAsync("mnist-cnn");
        var images = await cluster.Blobs.AddImagesAsync(1, 1, 28, 28);
        var (viewed, named) = (cluster.Job(GrainKeys.ViewedJob + "1"), cluster.Job(GrainKeys.ViewedJob + "2"));
        await viewed.SubmitAsync(Samples.Job("mnist-cnn", images, Gradient) with { IsViewing = true }, Test.Token);
        await named.SubmitAsync(Samples.Job("mnist-cnn", images, Gradient), Test.Token);
        Assert.Equal(JobState.Completed, (await viewed.EndAsync()).State);
        await named.EndAsync();
        var listed = await cluster.Grains.GetGrain<IJobIndexGrain>(GrainKeys.DefaultTenant).ListAsync(10);
        Assert.Equal([GrainKeys.ViewedJob + "2"], listed.Jobs.Select(j => j.Id));
        var work = new StoredWork(cluster.Grains, NullLogger.Instance);
        Assert.Equal(0, await work.RemoveViewedAsync(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1), Test.Token));
        Assert.Equal(1, await work.RemoveViewedAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1), Test.Token));
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(viewed.GetAsync)).Code);
        Assert.Equal(JobState.Completed, (await named.GetAsync()).State);
    }

    [Fact]
    public async Task A_job_that_waits_for_a_month_keeps_its_images_and_a_model_that_was_removed()
    {
        await using var cluster = await RoleCluster.StartAsync(workers: 0);
        await cluster.AddModelAsync("mnist-cnn");
        var job = cluster.Job("waits");
        await job.SubmitAsync(Samples.Job("mnist-cnn", await cluster.Blobs.AddImagesAsync(3, 1, 28, 28), Gradient), Test.Token);
        await cluster.Grains.GetGrain<IModelIndexGrain>(GrainKeys.DefaultTenant).RemoveAsync("mnist-cnn");
        Assert.Equal(new SweepReport(0, 7, 0, 0), await SweepAsync(cluster, TimeSpan.FromDays(31)));
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

        // Answers and the lists of batches go; what stays are the model and its facts, list, chunk, two images, two masks, three files and
        // the list of these.
        Assert.Equal(12, (await SweepAsync(cluster, TimeSpan.FromDays(6))).Kept);
        Assert.NotEmpty(await cluster.Blobs.ReadAsync(report.Html, Test.Token));
        Assert.Equal((1, 11L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(8))));
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(evaluation.GetAsync)).Code);
        Assert.Empty(cluster.Log.Errors);
    }

    [Fact]
    public async Task What_has_ended_is_woken_by_one_collection_and_then_only_when_it_is_due()
    {
        await using var cluster = await RoleCluster.StartAsync();
        await cluster.AddModelAsync("mnist-cnn");
        await EndedAsync(cluster, "one", images: 1);
        await EndedAsync(cluster, "two", images: 2);
        var evaluation = cluster.Grains.GetGrain<IEvaluationGrain>(new EvaluationKey(GrainKeys.DefaultTenant, "three").ToString());
        await evaluation.SubmitAsync(DigitEvaluations.Submission(new() { Title = "three", Methods = ["gradient"], MontageImages = 0 }, await cluster.Blobs.AddDigitsAsync(1)), Test.Token);
        await evaluation.ReportAsync(cluster.Blobs);
        var kept = (await SweepAsync(cluster, TimeSpan.FromDays(2))).Kept;

        await cluster.DeactivateAsync();
        Assert.Equal(kept, (await SweepAsync(cluster, TimeSpan.FromDays(4))).Kept);
        Assert.Empty(await AwakeAsync(cluster));
        Assert.Equal(3, (await SweepAsync(cluster, TimeSpan.FromDays(8))).Jobs);
        // Only the model is left.
        Assert.Equal(1, (await SweepAsync(cluster, TimeSpan.FromDays(8))).Kept);
    }

    [Fact]
    public async Task A_list_of_references_that_is_damaged_is_made_again_and_nothing_is_lost()
    {
        await using var cluster = await RoleCluster.StartAsync();
        await cluster.AddModelAsync("mnist-cnn");
        var job = await EndedAsync(cluster, "ended", images: 2);
        var kept = (await SweepAsync(cluster, TimeSpan.FromDays(2))).Kept;
        cluster.SiloBlobs.Read = bytes => bytes is [(byte)'{', (byte)'"', (byte)'e', ..] ? throw new SaliencyException("SAL9104", "It is damaged.", "Nothing.") : bytes;
        Assert.Equal(kept, (await SweepAsync(cluster, TimeSpan.FromDays(2))).Kept);
        cluster.SiloBlobs.Read = bytes => bytes;
        Assert.Equal(kept, (await SweepAsync(cluster, TimeSpan.FromDays(2))).Kept);
        foreach (var outcome in await job.ReadImagesAsync(0, 2)) Assert.NotEmpty(await cluster.Blobs.ReadAsync(outcome.Result!.Map, Test.Token));
    }

    [Fact]
    public async Task Maps_of_a_retry_are_kept_though_the_job_had_ended_before()
    {
        await using var cluster = await RoleCluster.StartAsync();
        await cluster.AddModelAsync("mnist-cnn");
        var late = NpyFile.Write(Samples.RandomImage(7, 1, 28, 28));
        var writer = new ManifestWriter(cluster.Blobs);
        await writer.AddAsync(new("early", await cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 1, 28, 28)), Test.Token), ImageFormat.Tensor), Test.Token);
        await writer.AddAsync(new("late", Convert.ToHexStringLower(SHA256.HashData(late)), ImageFormat.Tensor), Test.Token);
        var job = cluster.Job("retried");
        await job.SubmitAsync(Samples.Job("mnist-cnn", await writer.CompleteAsync(Test.Token), Gradient), Test.Token);
        Assert.Equal(1, (await job.EndAsync()).Failed);
        await SweepAsync(cluster, TimeSpan.FromDays(2));

        await cluster.Blobs.WriteAsync(late, Test.Token);
        await job.RetryFailedAsync();
        Assert.Equal(2, (await job.EndAsync()).Done);
        Assert.Equal((0, 1L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(2))));
        Assert.Equal((0, 0L), Removed(await SweepAsync(cluster, TimeSpan.FromDays(2))));
        foreach (var outcome in await job.ReadImagesAsync(0, 2)) Assert.NotEmpty(await cluster.Blobs.ReadAsync(outcome.Result!.Map, Test.Token));
    }

    [Fact]
    public async Task What_was_seen_before_work_went_on_again_is_not_noted()
    {
        await using var cluster = await RoleCluster.StartAsync(workers: 0);
        var index = cluster.Grains.GetGrain<IJobIndexGrain>("somebody");
        await index.AddAsync("job");
        var page = cluster.Grains.GetGrain<IJobIndexPageGrain>((await index.PagesAsync()).Single());
        var seen = await page.LookAsync();
        await index.ReopenAsync("job");
        await page.SettleAsync(seen.Changes, new() { ["job"] = default }, null);
        Assert.Empty((await page.LookAsync()).Ended);
        await page.SettleAsync(seen.Changes + 1, new() { ["job"] = default }, null);
        Assert.Single((await page.LookAsync()).Ended);
        // As when its id is used again.
        await index.RemoveAsync("job", 0);
        await index.AddAsync("job");
        Assert.Empty((await page.LookAsync()).Ended);
    }

    private static async Task<IJobGrain> EndedAsync(RoleCluster cluster, string id, int images)
    {
        var job = cluster.Job(id);
        await job.SubmitAsync(Samples.Job("mnist-cnn", await cluster.Blobs.AddImagesAsync(images, 1, 28, 28), Gradient), Test.Token);
        Assert.Equal(images, (await job.EndAsync()).Done);
        return job;
    }

    private static async Task<string[]> AwakeAsync(RoleCluster cluster) =>
        [.. (await cluster.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics()).Select(g => g.GrainId.ToString()).Where(g => g.StartsWith("saliency.job/", StringComparison.Ordinal) || g.StartsWith("saliency.evaluation/", StringComparison.Ordinal))];

    private static (int Jobs, long Blobs) Removed(SweepReport report) => (report.Jobs, report.Removed);

    private static Task<SweepReport> SweepAsync(RoleCluster cluster, TimeSpan later)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later);
        var references = new WorkReferences(cluster.Grains, cluster.SiloBlobs, time, NullLogger<WorkReferences>.Instance);
        return new BlobCollector(
            new StoredWork(cluster.Grains, NullLogger.Instance).RemoveEndedAsync, cluster.Blobs, [new ModelReferences(cluster.Grains), references], new(), time)
            .SweepAsync(Test.Token);
    }
}
