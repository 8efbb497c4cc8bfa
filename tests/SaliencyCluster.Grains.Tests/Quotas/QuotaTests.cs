using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Tests.Evaluations;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Quotas;

/// <summary>What a tenant may hold, on a cluster without workers, where jobs last as long as a test wants.</summary>
public sealed class QuotaTests : IAsyncLifetime
{
    private const string Tenant = "lab";
    private const int Images = 4, PlannedPoints = 100;
    private static readonly ExplanationRequest Request = new() { Method = "smoothgrad", Target = "3", Samples = PlannedPoints };

    private RoleCluster _cluster = null!;
    private ManifestReference _images = null!;

    private ITenantUsageGrain Usage => _cluster.Grains.GetGrain<ITenantUsageGrain>(Tenant);

    public async ValueTask InitializeAsync()
    {
        _cluster = await RoleCluster.StartAsync(gateways: 2, workers: 0);
        await _cluster.AddModelAsync("mnist-cnn", Tenant);
        _images = await _cluster.Blobs.AddImagesAsync(Images, 1, 28, 28);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Points_of_unfinished_jobs_are_limited_and_come_back_when_a_job_ends()
    {
        var limits = new TenantLimits(900, null, null);
        await SubmitAsync("one", limits);
        await SubmitAsync("two", limits);
        Assert.Equal((2 * Images * PlannedPoints, 2), await HeldAsync());
        var refused = await Assert.ThrowsAsync<SaliencyException>(() => SubmitAsync("three", limits));
        Assert.Equal(("SAL3010", "The tenant 'lab' has unfinished jobs of 800 points; with 400 more it would exceed its limit of 900."), (refused.Code, refused.What));
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(_cluster.Job("three", Tenant).GetAsync)).Code);
        // The same job again is no new one.
        await SubmitAsync("two", limits);
        await _cluster.Job("one", Tenant).CancelAsync();
        await SubmitAsync("three", limits);
        Assert.Equal((2 * Images * PlannedPoints, 2), await HeldAsync());
    }

    [Fact]
    public async Task Unfinished_jobs_are_limited_however_small_and_other_tenants_are_not_touched()
    {
        var limits = new TenantLimits(null, null, 1);
        await SubmitAsync("one", limits);
        Assert.Equal("SAL3012", (await Assert.ThrowsAsync<SaliencyException>(() => SubmitAsync("two", limits))).Code);
        await _cluster.AddModelAsync("mnist-cnn", "other");
        await _cluster.Job("two", "other").SubmitAsync(Submission(limits), Test.Token);
    }

    [Fact]
    public async Task Stored_bytes_are_limited_and_come_back_when_a_job_or_model_is_deleted()
    {
        var model = (await Usage.GetAsync()).StoredBytes;
        Assert.InRange(model, 100_000, 10_000_000);
        var limits = new TenantLimits(null, model + 5000, null);
        await SubmitAsync("one", limits, imageBytes: 4000);
        Assert.Equal("SAL3011", (await Assert.ThrowsAsync<SaliencyException>(() => SubmitAsync("two", limits, imageBytes: 2000))).Code);
        Assert.Equal(1000, await Usage.GetRoomAsync(limits));
        await _cluster.Job("one", Tenant).CancelAsync();
        Assert.Equal(1000, await Usage.GetRoomAsync(limits));
        await _cluster.Job("one", Tenant).DeleteAsync();
        Assert.Equal(5000, await Usage.GetRoomAsync(limits));
        await SubmitAsync("two", limits, imageBytes: 2000);
    }

    [Fact]
    public async Task What_is_held_is_known_after_the_death_of_a_gateway()
    {
        await SubmitAsync("one", TenantLimits.None);
        await _cluster.KillAsync(_cluster.Gateway);
        await Eventually.TrueAsync(async () => await HeldAsync() == (Images * PlannedPoints, 1), "the usage is known again");
        Assert.Equal("SAL3012", (await Assert.ThrowsAsync<SaliencyException>(() => SubmitAsync("two", new(null, null, 1)))).Code);
    }

    [Fact]
    public async Task Nobody_is_refused_for_a_job_that_was_counted_and_never_stored()
    {
        // As after a crash between the two.
        await Usage.AdmitAsync(new WorkKey(WorkKind.Job, Tenant, "ghost").ToString(), new(false, 1000, 1000), TenantLimits.None);
        Assert.Equal((1000, 1), await HeldAsync());
        await SubmitAsync("one", new(1000, null, 1));
        Assert.Equal((Images * PlannedPoints, 1), await HeldAsync());
    }

    [Fact]
    public async Task A_job_that_could_not_be_stored_holds_nothing_in_the_end()
    {
        _cluster.Database.IsAway = true;
        await Assert.ThrowsAnyAsync<Exception>(() => SubmitAsync("one", TenantLimits.None));
        _cluster.Database.IsAway = false;
        await Eventually.TrueAsync(async () =>
        {
            await SubmitAsync("two", new(Images * PlannedPoints, null, 1));
            return true;
        }, "another job is accepted");
        Assert.Equal((Images * PlannedPoints, 1), await HeldAsync());
    }

    [Fact]
    public async Task An_evaluation_is_limited_as_a_job_is_and_holds_nothing_after_its_end_but_its_images()
    {
        var digits = await _cluster.Blobs.AddDigitsAsync(2);
        var evaluation = _cluster.Grains.GetGrain<IEvaluationGrain>(new EvaluationKey(Tenant, "evidence").ToString());
        Task<EvaluationStatus> AskAsync(TenantLimits limits) => evaluation.SubmitAsync(DigitEvaluations.Submission(
            new() { Title = "evidence", Methods = ["smoothgrad"] }, digits) with { Admission = new() { Limits = limits, ImageBytes = 700 } }, Test.Token);
        var models = (await Usage.GetAsync()).StoredBytes;
        await SubmitAsync("one", TenantLimits.None);
        Assert.Equal("SAL3012", (await Assert.ThrowsAsync<SaliencyException>(() => AskAsync(new(null, null, 1)))).Code);
        Assert.Equal("SAL3010", (await Assert.ThrowsAsync<SaliencyException>(() => AskAsync(new(Images * PlannedPoints, null, null)))).Code);
        Assert.Equal("SAL3011", (await Assert.ThrowsAsync<SaliencyException>(() => AskAsync(new(null, models + 699, null)))).Code);
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(evaluation.GetAsync)).Code);
        await AskAsync(new(1_000_000, models + 700, 2));
        Assert.Equal(2, (await HeldAsync()).Jobs);
        Assert.Equal("SAL3012", (await Assert.ThrowsAsync<SaliencyException>(() => SubmitAsync("two", new(null, null, 2)))).Code);
        await evaluation.CancelAsync();
        Assert.Equal(new TenantUsage(Images * PlannedPoints, models + 700, 1), await Usage.GetAsync());
        await evaluation.DeleteAsync();
        Assert.Equal(models, (await Usage.GetAsync()).StoredBytes);
    }

    [Fact]
    public async Task Failed_images_are_retried_within_the_limits_only()
    {
        var limits = new TenantLimits(null, null, 1);
        await SubmitAsync("failed", limits);
        var job = _cluster.Job("failed", Tenant);
        var work = _cluster.Grains.GetGrain<IJobWorkGrain>(new JobKey(Tenant, "failed").ToString());
        await Eventually.TrueAsync(async () => (await job.GetAsync()).Active == Images, "the images are under way");
        for (var i = 0; i < Images; i++) await work.CompleteAsync(new(i, $"image-{i}", ImageState.Failed, Error: new("SAL2101", "what", "next")));
        await SubmitAsync("two", limits);
        Assert.Equal("SAL3012", (await Assert.ThrowsAsync<SaliencyException>(job.RetryFailedAsync)).Code);
        Assert.Equal(JobState.Failed, (await job.GetAsync()).State);
        await _cluster.Job("two", Tenant).CancelAsync();
        Assert.False((await job.RetryFailedAsync()).IsFinal);
        Assert.Equal((Images * PlannedPoints, 1), await HeldAsync());
        // Once more, as after an answer that was lost.
        Assert.False((await job.RetryFailedAsync()).IsFinal);
    }

    private async Task<(long Points, int Jobs)> HeldAsync() => await Usage.GetAsync() is var held ? (held.QueuedPoints, held.Jobs) : default;

    private Task SubmitAsync(string id, TenantLimits limits, long imageBytes = 0) => _cluster.Job(id, Tenant).SubmitAsync(Submission(limits, imageBytes), Test.Token);

    private JobSubmission Submission(TenantLimits limits, long imageBytes = 0) =>
        Samples.Job("mnist-cnn", _images, Request) with { Admission = new() { Limits = limits, ImageBytes = imageBytes } };
}
