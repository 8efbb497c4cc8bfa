using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Retention;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Tests.Evaluations;

namespace SaliencyCluster.Grains.Tests.State;

/// <summary>
/// The database and the blob store fail at random while jobs, evaluations, deletions, retries and collections run. CHAOS_ROUNDS and CHAOS_SEED make a longer or another
/// run of it by hand.
/// </summary>
public sealed class ChaosTests
{
    private const string Tenant = "chaos";
    private const int Jobs = 12, ActsPerRound = 4;
    // Those whose memory is not needed for what runs: what they know must be stored.
    private static readonly string[] JobKinds = ["saliency.job", "saliency.job-index", "saliency.job-index-page", "saliency.open-work", "saliency.outcome-page"];
    private static readonly int Rounds = Number("CHAOS_ROUNDS", 3), Seed = Number("CHAOS_SEED", 1);

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_missing_no_blob_in_use_is_collected_and_nothing_is_held_in_the_end()
    {
        await using var cluster = await RoleCluster.StartAsync(1, 1, ("Saliency:Jobs:HeartbeatPeriod", "00:00:00.5"));
        var model = await cluster.AddModelAsync("mnist-cnn", Tenant);
        var digits = await cluster.Blobs.AddDigitsAsync(1);
        var jobs = Enumerable.Range(0, Jobs).Select(i => new ChaosJob(cluster, Tenant, i, Seed + (1000 * i))).ToArray();
        var reports = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            cluster.Database.Chance = new StorageChaos(Seed + round).Next;
            cluster.SiloBlobs.Chance = new StorageChaos(Seed + round + Rounds).Next;
            var evaluation = Evaluation(cluster, round);
            var evaluated = EvaluateAsync(evaluation, digits, cluster);
            for (var act = 0; act < ActsPerRound; act++)
            {
                await Task.WhenAll(jobs.Select(j => j.ActAsync()));
                await cluster.DeactivateAsync(JobKinds);
            }
            await Task.WhenAll(jobs.Select(j => j.EndAsync()));
            reports.Add(await evaluated);
            // Nobody writes a blob now, so even those of this moment may be looked at as if they were two days old.
            await CallAsync(() => SweepAsync(cluster));
            await CheckAsync(cluster, jobs, reports);
        }
        Assert.True(cluster.Database.Failures > 20, $"The database has failed {cluster.Database.Failures} times only.");
        Assert.True(cluster.SiloBlobs.Failures > 5, $"The blob store has failed {cluster.SiloBlobs.Failures} times only.");
        await Task.WhenAll(jobs.Select(j => j.DeleteAsync()));
        cluster.Database.Heal();
        cluster.SiloBlobs.Chance = null;
        TenantUsage? held = null;
        await Eventually.TrueAsync(
            async () => (held = await cluster.Grains.GetGrain<ITenantUsageGrain>(Tenant).GetAsync()) is { Jobs: 0, QueuedPoints: 0 }
                && held.StoredBytes == model.Registration.Bytes + Rounds,
            () => $"nothing is held but the model ({model.Registration.Bytes} bytes) and one byte of each of {Rounds} evaluations, but {held}");
        Assert.Equal(0, await cluster.Grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single).CountAsync());
        Assert.Empty((await cluster.Grains.GetGrain<IJobIndexGrain>(Tenant).ListAsync(200)).Jobs);
        for (var round = 0; round < Rounds; round++) await Evaluation(cluster, round).DeleteAsync();
        // What is removed behind the caller's back takes a moment.
        string[] left = [];
        await Eventually.TrueAsync(
            () => Task.FromResult((left = Left(cluster)).Length == 0),
            () => $"nothing is left of what was deleted, but {string.Join(", ", left)}");
    }

    private static string[] Left(RoleCluster cluster) =>
        [.. cluster.Rows().Where(r => r.Kind is "job" or "outcomes" or "checkpoint" or "evaluation").Select(r => $"{r.Kind} {r.Key}")];

    private static IEvaluationGrain Evaluation(RoleCluster cluster, int round) =>
        cluster.Grains.GetGrain<IEvaluationGrain>(new EvaluationKey(Tenant, $"evaluation-{round}").ToString());

    private static async Task<string> EvaluateAsync(IEvaluationGrain evaluation, Abstractions.Blobs.ManifestReference digits, RoleCluster cluster)
    {
        var submission = DigitEvaluations.Submission(new() { Title = "chaos", Methods = ["gradient"], MontageImages = 0 }, digits) with { Admission = new() { ImageBytes = 1 } };
        var status = await CallAsync(() => evaluation.SubmitAsync(submission, Test.Token));
        while (!status.IsFinal)
        {
            var known = status.Version;
            status = await CallAsync(() => evaluation.WaitForChangeAsync(known, Test.Token));
        }
        Assert.Equal((EvaluationState.Completed, (string?)null), (status.State, status.Error?.What));
        Assert.NotEmpty(await cluster.Blobs.ReadAsync(status.Report!.Json, Test.Token));
        return status.Report.Json;
    }

    private static async Task CheckAsync(RoleCluster cluster, ChaosJob[] jobs, List<string> reports)
    {
        var listed = new HashSet<string>();
        string? token = null;
        do
        {
            var page = await CallAsync(() => cluster.Grains.GetGrain<IJobIndexGrain>(Tenant).ListAsync(3, token));
            foreach (var job in page.Jobs) Assert.True(listed.Add(job.Id), $"{job.Id} is listed twice");
            token = page.NextToken;
        }
        while (token is not null);
        foreach (var job in jobs) await job.CheckAsync(listed);
        foreach (var report in reports) Assert.NotEmpty(await cluster.Blobs.ReadAsync(report, Test.Token));
        Assert.Single(await CallAsync(() => cluster.Grains.GetGrain<IModelIndexGrain>(Tenant).ListAsync()));
    }

    private static async Task<SweepReport> SweepAsync(RoleCluster cluster)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(2));
        var references = new WorkReferences(cluster.Grains, cluster.Blobs, time, NullLogger<WorkReferences>.Instance);
        return await new BlobCollector((_, _) => Task.FromResult(0), cluster.Blobs, [new ModelReferences(cluster.Grains), references], new(), time).SweepAsync(Test.Token);
    }

    private static Task<T> CallAsync<T>(Func<Task<T>> call) => Retry.CallAsync(call, TimeProvider.System, TimeSpan.FromMinutes(2), Test.Token);

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
}
