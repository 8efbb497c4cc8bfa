using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Tenants;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Quotas;
using SaliencyCluster.Grains.Work;

namespace SaliencyCluster.Grains.Tests.State;

/// <summary>Every call that changes what is stored, and every grain that stores.</summary>
internal static class StorageCalls
{
    private const string Job = "saliency.job", Evaluation = "saliency.evaluation", Open = "saliency.open-work", Page = "saliency.job-index-page",
        Index = "saliency.job-index", Outcomes = "saliency.outcome-page", Model = "saliency.model", Models = "saliency.model-index",
        Tenants = "saliency.tenant-list", Secret = "saliency.session-secret", EvaluationIndex = "saliency.evaluation-index",
        Trial = "saliency.model-trial", Quarantine = "saliency.quarantine-list";

    /// <summary>The calls of grains with stored state that only read, or that are shown elsewhere.</summary>
    public static readonly string[] Others =
    [
        "IJobGrain.GetAsync", "IJobGrain.WaitForChangeAsync", "IJobGrain.ReadImagesAsync", "IJobGrain.GetImagesAsync", "IJobGrain.GetSubmissionAsync", "IJobWorkGrain.GetUsageAsync", "IJobWorkGrain.GetBlobsAsync",
        "IEvaluationGrain.GetAsync", "IEvaluationGrain.WaitForChangeAsync", "IEvaluationWorkGrain.GetUsageAsync", "IEvaluationWorkGrain.GetBlobsAsync",
        "IJobIndexGrain.ListAsync", "IJobIndexGrain.PagesAsync", "IEvaluationIndexGrain.ListAsync", "IEvaluationIndexGrain.PagesAsync", "IJobIndexPageGrain.ReadAsync", "IJobIndexPageGrain.LookAsync", "IOutcomePageGrain.ReadAsync",
        "IModelGrain.GetAsync", "IModelIndexGrain.ListAsync", "IModelIndexGrain.ResolveAsync", "ITenantListGrain.ListAsync",
        "IOpenWorkGrain.SumAsync", "IOpenWorkGrain.HasAdoptedAsync", "IOpenWorkGrain.CountAsync", "IJobSupervisorGrain.CountAsync",
            "IUsageShardGrain.EndedBytesAsync", "IQuarantineListGrain.ListAsync",
        // Only its own run may call them: shown by ChaosTests.
        "IEvaluationWorkGrain.KeepAsync", "IEvaluationWorkGrain.OpenAsync",
        // Shown by MigrationTests.
        "IJobSupervisorGrain.PingAsync", "IJobSupervisorGrain.WatchAsync", "IJobSupervisorGrain.ForgetAsync",
        // Their storage is that of Checkpoints: shown by CheckpointTests.
        "IAggregatorGrain.WaitForProgressAsync", "IAggregatorJobGrain.StartAsync",
        "IAggregatorWorkGrain.StartAsync", "IAggregatorWorkGrain.IsRunningAsync", "IAggregatorWorkGrain.GetRoundAsync",
        "IAggregatorWorkGrain.AddAsync", "IAggregatorWorkGrain.CancelAsync", "IAggregatorWorkGrain.GetCheckpointAsync",
    ];

    /// <summary>Grains whose storage is only read, or fails in other tests.</summary>
    public static readonly string[] OtherGrains = ["saliency.usage-shard", "saliency.job-supervisor", "saliency.aggregator", EvaluationIndex];

    public static readonly StorageCall[] All =
    [
        new(typeof(ITenantListGrain), "AddAsync", [Tenants], Nothing, s => s.Tenants.AddAsync(s.Tenant), async s => (await s.Tenants.ListAsync()).Contains(s.Tenant)),
        new(typeof(IModelIndexGrain), "RegisterAsync", [Tenants, Model, Models], Nothing, s => s.RegisterAsync(),
            async s => (await s.Models.ListAsync()) is [{ Version: 1 }] && (await s.Models.ResolveAsync("mnist-cnn:1")).Version == 1),
        new(typeof(IModelIndexGrain), "RemoveAsync", [Models], s => s.RegisterAsync(), s => s.Models.RemoveAsync("mnist-cnn"), async s => (await s.Models.ListAsync()).Count == 0),
        new(typeof(IModelGrain), "StoreAsync", [Model], s => s.RegisterAsync(), async s => await s.Model.StoreAsync((await s.Model.GetAsync()) with { Registered = default }),
            async s => (await s.Model.GetAsync()).Registered == default),
        new(typeof(ISecretGrain), "GetAsync", [Secret], Nothing, s => s.Secret.GetAsync(), async s => (await s.Secret.GetAsync()).Length == 32),
        new(typeof(IModelTrialGrain), "BeginAsync", [Trial], Nothing, s => s.Trial.BeginAsync(s.Attempt), async s =>
            (await s.Trial.BeginAsync(s.Attempt)).Verdict == TrialVerdict.Try),
        new(typeof(IModelTrialGrain), "EndAsync", [Trial], Nothing, s => s.Trial.EndAsync(s.Attempt, TrialOutcome.Behaved), async s =>
            (await s.Trial.BeginAsync(s.Attempt)).Verdict == TrialVerdict.Proven),
        new(typeof(IModelTrialGrain), "EndAsync", [Trial, Quarantine], s => s.EndAsync(2),
            s => s.Trial.EndAsync(s.Attempt, TrialOutcome.Ended, "end"), async s =>
            (await s.Trial.GetAsync())!.Ended == 3 && (await s.AllQuarantinedAsync()).Contains(s.Tenant)),
        new(typeof(IModelTrialGrain), "GetAsync", [Quarantine], QuarantinedAndUnlistedAsync, s => s.Trial.GetAsync(), async s =>
            (await s.AllQuarantinedAsync()).Contains(s.Tenant)),
        new(typeof(IModelTrialGrain), "ReleaseAsync", [Trial, Quarantine], s => s.EndAsync(3), s => s.Trial.ReleaseAsync(), async s =>
            await s.Trial.GetAsync() is null && !(await s.AllQuarantinedAsync()).Contains(s.Tenant)),
        new(typeof(IQuarantineListGrain), "AddAsync", [Quarantine], Nothing, s => s.Quarantine.AddAsync(new("m", default, 3, "end")),
            async s =>
            (await s.Quarantine.ListAsync()).Count == 1),
        new(typeof(IQuarantineListGrain), "RemoveAsync", [Quarantine], s => s.Quarantine.AddAsync(new("m", default, 3, "end")),
            s => s.Quarantine.RemoveAsync("m"),
            async s => (await s.Quarantine.ListAsync()).Count == 0),
        new(typeof(IModelGrain), "ClearAsync", [Model], s => s.RegisterAsync(), s => s.Model.ClearAsync(), async s =>
            (await Assert.ThrowsAsync<Onnx.SaliencyException>(s.Model.GetAsync)).Code == "SAL3004"),
        new(typeof(IJobIndexGrain), "AddAsync", [Tenants, Page], Nothing, s => s.Jobs.AddAsync(Scene.Id), async s => await s.IsListedAsync() && (await s.Tenants.ListAsync()).Contains(s.Tenant)),
        new(typeof(IJobIndexGrain), "AddAsync", [Index, Page], FullPageAsync, s => s.Jobs.AddAsync("next"),
            async s => (await s.Grains.GetGrain<IJobIndexPageGrain>($"{s.Tenant}/1").ReadAsync()).SequenceEqual(["next"]) && (await s.Jobs.AddAsync("another")) == 1),
        new(typeof(IJobIndexGrain), "RemoveAsync", [Page], s => s.Jobs.AddAsync(Scene.Id), s => s.Jobs.RemoveAsync(Scene.Id), async s => !await s.IsListedAsync()),
        new(typeof(IEvaluationIndexGrain), "AddAsync", [Tenants, Page], Nothing, s => s.Evaluations.AddAsync(Scene.Id),
            async s => (await s.Grains.GetGrain<IJobIndexPageGrain>($"evaluations {s.Tenant}/0").ReadAsync()).Contains(Scene.Id)),
        new(typeof(IEvaluationIndexGrain), "RemoveAsync", [Page], s => s.Evaluations.AddAsync(Scene.Id), s => s.Evaluations.RemoveAsync(Scene.Id),
            async s => !(await s.Grains.GetGrain<IJobIndexPageGrain>($"evaluations {s.Tenant}/0").ReadAsync()).Contains(Scene.Id)),
        new(typeof(IJobIndexPageGrain), "AddAsync", [Page], Nothing, s => s.IndexPage.AddAsync(Scene.Id), s => s.IsListedAsync()),
        new(typeof(IJobIndexPageGrain), "RemoveAsync", [Page], s => s.IndexPage.AddAsync(Scene.Id), s => s.IndexPage.RemoveAsync(Scene.Id), async s => !await s.IsListedAsync()),
        new(typeof(IJobIndexPageGrain), "ClearAsync", [Page], s => s.IndexPage.AddAsync(Scene.Id), s => s.IndexPage.ClearAsync(), async s => (await s.IndexPage.ReadAsync()).Count == 0),
        new(typeof(IJobIndexPageGrain), "SettleAsync", [Page], s => s.IndexPage.AddAsync(Scene.Id), s => s.IndexPage.SettleAsync(0, new() { [Scene.Id] = default }, "blob"),
            async s => await s.IndexPage.LookAsync() is { Ended.Count: 1, References: "blob" }),
        new(typeof(IJobIndexPageGrain), "ReopenAsync", [Page], SettledAsync, s => s.IndexPage.ReopenAsync(Scene.Id), async s => (await s.IndexPage.LookAsync()).Ended.Count == 0),
        new(typeof(IJobIndexGrain), "ReopenAsync", [Page], SettledAsync, s => s.Jobs.ReopenAsync(Scene.Id), async s => (await s.IndexPage.LookAsync()).Ended.Count == 0),
        new(typeof(IOpenWorkGrain), "OpenAsync", [Open], SubmittedAsync, s => s.OpenWork.OpenAsync(s.Work, new(false, 77, 88), 0),
            async s => (await s.OpenWork.SumAsync(s.Tenant, null)) == new Abstractions.Quotas.TenantUsage(77, 88, 1)),
        new(typeof(IOpenWorkGrain), "UpdateAsync", [Open], SubmittedAsync, s => s.OpenWork.UpdateAsync(s.Work, new(false, 66, 88)),
            async s => (await s.OpenWork.SumAsync(s.Tenant, null)).QueuedPoints == 66),
        new(typeof(IOpenWorkGrain), "CloseAsync", [Open], SubmittedAsync, s => s.OpenWork.CloseAsync(s.Work, 5),
            async s => (await s.OpenWork.SumAsync(s.Tenant, null)) == new Abstractions.Quotas.TenantUsage(0, 5, 0)),
        new(typeof(IOpenWorkGrain), "AdoptAsync", [Open], Nothing, s => s.OpenWork.AdoptAsync(s.Tenant, 9), async s =>
            await s.OpenWork.HasAdoptedAsync(s.Tenant) && (await s.OpenWork.SumAsync(s.Tenant, null)).StoredBytes == 9),
        new(typeof(IOpenWorkGrain), "ReviewAsync", [Open], s => s.OpenWork.OpenAsync(s.Work, new(false, 77, 88), 0), s => s.OpenWork.ReviewAsync(s.Tenant), ClosedAsync),
        new(typeof(IOutcomePageGrain), "RecordAsync", [Outcomes], Nothing, s => s.Outcomes.RecordAsync([Scene.Outcome(1)]), async s => (await s.Outcomes.ReadAsync()).Count == 1),
        new(typeof(IOutcomePageGrain), "ClearAsync", [Outcomes], s => s.Outcomes.RecordAsync([Scene.Outcome(1)]), s => s.Outcomes.ClearAsync(), async s => (await s.Outcomes.ReadAsync()).Count == 0),
        new(typeof(IJobGrain), "SubmitAsync", [Open, Page, Job], s => s.RegisterAsync(), s => s.SubmitAsync(),
            async s => await s.StatusAsync() is { IsFinal: false } && await s.IsListedAsync() && await s.OpenAsync() == 1),
        new(typeof(IJobGrain), "CancelAsync", [Job, Open], SubmittedAsync, s => s.Job.CancelAsync(), async s => (await s.StatusAsync())!.State == JobState.Cancelled && await ClosedAsync(s)),
        new(typeof(IJobGrain), "PauseAsync", [Job], SubmittedAsync, s => s.Job.PauseAsync(), async s => (await s.StatusAsync())!.State == JobState.Paused),
        new(typeof(IJobGrain), "ResumeAsync", [Job], PausedAsync, s => s.Job.ResumeAsync(), async s => (await s.StatusAsync())!.State is JobState.Queued or JobState.Running),
        new(typeof(IJobGrain), "ReprioritizeAsync", [Job], SubmittedAsync, s => s.Job.ReprioritizeAsync(JobPriority.Interactive, 7), async s => (await s.StatusAsync())!.Weight == 7),
        new(typeof(IJobGrain), "RetryFailedAsync", [Job, Open, Page], EndedAsync, s => s.Job.RetryFailedAsync(),
            async s => await s.StatusAsync() is { IsFinal: false } && await s.OpenAsync() == 1),
        new(typeof(IJobGrain), "DeleteAsync", [Job, Open, Page, Outcomes], EndedAsync, DeleteAsync, async s =>
            await s.StatusAsync() is null && await ClosedAsync(s) && await GoneAsync(s)),
        new(typeof(IJobWorkGrain), "CompleteAsync", [Outcomes, Job, Open], SubmittedAsync, s => s.CompleteAsync(),
            async s => await s.StatusAsync() is { State: JobState.Completed, Done: 1, Failed: 1 } && await ClosedAsync(s)
                && (await s.Job.ReadImagesAsync(0, 10)).Select(o => o.State).SequenceEqual([ImageState.Done, ImageState.Failed])),
        new(typeof(IJobWorkGrain), "EnsureRunningAsync", [Page], s => s.Jobs.AddAsync(Scene.Id), async s => Assert.False(await s.JobWork.EnsureRunningAsync()), async s => !await s.IsListedAsync()),
        new(typeof(IEvaluationGrain), "SubmitAsync", [Open, Page, Evaluation], s => s.RegisterAsync(), s => s.SubmitEvaluationAsync(),
            async s => !(await s.Evaluation.GetAsync()).IsFinal && await s.OpenAsync() == 1 && (await s.Evaluations.ListAsync(10)).Evaluations.Count == 1),
        new(typeof(IEvaluationGrain), "CancelAsync", [Evaluation, Open], EvaluatedAsync, s => s.Evaluation.CancelAsync(),
            async s => (await s.Evaluation.GetAsync()).State == EvaluationState.Cancelled && await ClosedAsync(s)),
        new(typeof(IEvaluationGrain), "DeleteAsync", [Evaluation, Open, Page], async s => { await EvaluatedAsync(s); await s.Evaluation.CancelAsync(); }, DeleteEvaluationAsync,
            async s => await ClosedAsync(s) && (await s.Evaluations.ListAsync(10)).Evaluations.Count == 0),
        new(typeof(IEvaluationWorkGrain), "EnsureRunningAsync", [Page], s => s.Evaluations.AddAsync(Scene.Id),
            async s => Assert.False(await s.Grains.GetGrain<IEvaluationWorkGrain>($"{s.Tenant}/{Scene.Id}").EnsureRunningAsync()),
            async s => !(await s.Grains.GetGrain<IJobIndexPageGrain>($"evaluations {s.Tenant}/0").ReadAsync()).Contains(Scene.Id)),
    ];

    private static Task Nothing(Scene scene) => Task.CompletedTask;

    // As after a crash between the two writes.
    private static async Task QuarantinedAndUnlistedAsync(Scene scene)
    {
        await scene.EndAsync(3);
        await scene.Grains.GetGrain<IQuarantineListGrain>(GrainKeys.Single).RemoveAsync(scene.Tenant);
        await scene.DeactivateTrialAsync();
    }

    private static async Task SettledAsync(Scene scene)
    {
        await scene.IndexPage.AddAsync(Scene.Id);
        await scene.IndexPage.SettleAsync(0, new() { [Scene.Id] = default }, null);
    }

    private static async Task FullPageAsync(Scene scene)
    {
        for (var i = 0; i < 200; i++) await scene.IndexPage.AddAsync($"job-{i}");
        await scene.Tenants.AddAsync(scene.Tenant);
    }

    private static async Task SubmittedAsync(Scene scene)
    {
        await scene.RegisterAsync();
        await scene.SubmitAsync();
    }

    private static async Task PausedAsync(Scene scene)
    {
        await SubmittedAsync(scene);
        await scene.Job.PauseAsync();
    }

    private static async Task EndedAsync(Scene scene)
    {
        await SubmittedAsync(scene);
        await scene.CompleteAsync();
        Assert.Equal(JobState.Completed, (await scene.Job.GetAsync()).State);
    }

    private static async Task EvaluatedAsync(Scene scene)
    {
        await scene.RegisterAsync();
        await scene.SubmitEvaluationAsync();
    }

    // What was deleted by a call whose answer was lost is not there for the next one.
    private static Task DeleteAsync(Scene scene) => UnlessGoneAsync(scene.Job.DeleteAsync);

    private static Task DeleteEvaluationAsync(Scene scene) => UnlessGoneAsync(scene.Evaluation.DeleteAsync);

    private static async Task UnlessGoneAsync(Func<Task> delete)
    {
        try
        {
            await delete();
        }
        catch (Onnx.SaliencyException missing) when (missing.Code == "SAL3002")
        {
        }
    }

    // Whoever wakes open work closes what has ended, at the latest.
    private static async Task<bool> ClosedAsync(Scene scene)
    {
        await Eventually.TrueAsync(async () => await scene.OpenAsync() == 0, "nothing is open");
        return true;
    }

    private static async Task<bool> GoneAsync(Scene scene)
    {
        await Eventually.TrueAsync(async () => !await scene.IsListedAsync() && (await scene.Outcomes.ReadAsync()).Count == 0, "nothing is left of the job");
        return (await scene.Usage.GetAsync()).StoredBytes == (await scene.Models.ListAsync()).Sum(m => m.Bytes);
    }
}
