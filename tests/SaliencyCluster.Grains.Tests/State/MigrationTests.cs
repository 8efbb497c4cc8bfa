using Orleans.Runtime;
using Orleans.Storage;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Evaluations;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Quotas;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Work;

namespace SaliencyCluster.Grains.Tests.State;

/// <summary>What versions before stored in another way is read as if this one had stored it.</summary>
public sealed class MigrationTests(IdleCluster idle) : IClassFixture<IdleCluster>
{
    private IGrainFactory Grains => idle.Cluster.Grains;

    [Fact]
    public async Task Work_that_the_supervisor_kept_in_one_row_is_looked_after_and_counted_again()
    {
        var scene = new Scene(idle.Cluster, "supervised", idle.Images, idle.Digits);
        await scene.RegisterAsync();
        await scene.SubmitAsync();
        await scene.OpenWork.CloseAsync(scene.Work, 0);
        Assert.Equal(0, await scene.OpenAsync());
        var supervisor = Grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single);
        await StoreAsync(supervisor, "jobs", new SupervisedJobs { Keys = [$"supervised/{Scene.Id}", "supervised/never-stored"] });
        await supervisor.PingAsync();
        Assert.Equal(1, await scene.OpenAsync());
        Assert.True((await scene.Usage.GetAsync()).QueuedPoints > 0);
    }

    [Fact]
    public async Task Bytes_of_ended_jobs_that_were_counted_one_by_one_are_counted_once()
    {
        var part = Grains.GetGrain<IUsageShardGrain>("counted/3");
        await StoreAsync(part, "usage", new UsageRecord { Jobs = { ["ended"] = new(true, 0, 500), ["also"] = new(true, 0, 50), ["open"] = new(false, 9, 9) } });
        var usage = Grains.GetGrain<ITenantUsageGrain>("counted");
        Assert.Equal(new TenantUsage(0, 550, 0), await usage.GetAsync());
        await DeactivateAsync(usage);
        Assert.Equal(new TenantUsage(0, 550, 0), await usage.GetAsync());
    }

    [Fact]
    public async Task Jobs_on_pages_that_the_index_did_not_name_are_listed_and_pages_without_any_go()
    {
        var scene = new Scene(idle.Cluster, "paged", idle.Images, idle.Digits);
        await scene.RegisterAsync();
        await scene.SubmitAsync();
        await StoreAsync(scene.IndexPage, "page", new JobIndexPageRecord { Ids = ["", "", ""] });
        await StoreAsync(Grains.GetGrain<IJobIndexPageGrain>("paged/1"), "page", new JobIndexPageRecord { Ids = [Scene.Id] });
        await StoreAsync(scene.Jobs, "index", new JobIndexRecord { LastPage = 1 });
        // It says that it is on page 0, so it is not listed twice.
        Assert.Empty((await scene.Jobs.ListAsync(10)).Jobs);
        Assert.Equal(1, await scene.Jobs.AddAsync("next"));
        Assert.Empty(await scene.IndexPage.ReadAsync());
    }

    [Fact]
    public async Task Evaluations_that_were_listed_in_one_row_are_listed_on_pages()
    {
        var index = Grains.GetGrain<IEvaluationIndexGrain>("listed");
        await StoreAsync(index, "evaluations", new EvaluationIndexRecord { Ids = { [1] = "first", [4] = "second" }, Last = 4 });
        Assert.Empty((await index.ListAsync(10)).Evaluations);
        Assert.Equal(["first", "second"], await Grains.GetGrain<IJobIndexPageGrain>("evaluations listed/0").ReadAsync());
    }

    [Fact]
    public async Task A_job_that_was_stored_with_class_names_and_layers_goes_on()
    {
        var scene = new Scene(idle.Cluster, "whole", idle.Images, idle.Digits);
        await scene.RegisterAsync();
        await scene.SubmitAsync();
        var stored = await ReadAsync<JobRecord>(scene.Job, "job");
        Assert.Equal((null, 1), (stored.Whole, stored.Brief.Length));
        var model = await scene.Model.GetAsync();
        var whole = ModelFacts.Read(await idle.Cluster.Blobs.ReadAsync(stored.Facts[0], Test.Token)).Complete(stored.Resolved!);
        await StoreAsync(scene.Job, "job", stored with { Model = model, Whole = whole, Brief = [] });
        Assert.Equal(model.Label, (await scene.Job.GetAsync()).Model);
        await scene.CompleteAsync();
        var ended = await scene.Job.GetAsync();
        Assert.Equal((JobState.Completed, 1, 1), (ended.State, ended.Done, ended.Failed));
    }

    [Fact]
    public async Task An_evaluation_that_was_stored_with_class_names_and_layers_goes_on()
    {
        var scene = new Scene(idle.Cluster, "evaluated", idle.Images, idle.Digits);
        await scene.RegisterAsync();
        await scene.SubmitEvaluationAsync();
        var stored = await ReadAsync<EvaluationRecord>(scene.Evaluation, "evaluation");
        var model = await scene.Model.GetAsync();
        await StoreAsync(scene.Evaluation, "evaluation", stored with { Whole = model, Brief = null });
        Assert.Equal((EvaluationState.Running, model.Label), ((await scene.Evaluation.GetAsync()).State, (await scene.Evaluation.GetAsync()).Model));
        // Its plan is made again of what is stored: it asks for its batches.
        var work = Grains.GetGrain<IEvaluationWorkGrain>(scene.Evaluation.GetPrimaryKeyString());
        await Eventually.TrueAsync(async () => (await work.GetBlobsAsync())!.Batches.Length > 0, "the evaluation has a batch");
    }

    private async Task<T> ReadAsync<T>(IAddressable grain, string state) where T : class, new()
    {
        var stored = new GrainState<T>();
        await idle.Cluster.Storage.ReadStateAsync(state, grain.GetGrainId(), stored);
        return stored.State!;
    }

    private async Task StoreAsync<T>(IAddressable grain, string state, T value) where T : class
    {
        var storage = idle.Cluster.Storage;
        var stored = new GrainState<T>();
        await storage.ReadStateAsync(state, grain.GetGrainId(), stored);
        stored.State = value;
        await storage.WriteStateAsync(state, grain.GetGrainId(), stored);
        await DeactivateAsync(grain);
    }

    private static async Task DeactivateAsync(IAddressable grain) => await grain.AsReference<Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
}
