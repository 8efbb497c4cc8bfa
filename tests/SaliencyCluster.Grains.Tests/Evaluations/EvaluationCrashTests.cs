using Npgsql;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Evaluations;

/// <summary>Evaluations whose processes die in the middle.</summary>
public sealed class EvaluationCrashTests
{
    // So many that none ends before anybody has looked.
    private const int Images = 8;

    [Fact]
    public async Task A_worker_process_that_is_killed_does_not_show_in_the_report()
    {
        await using var cluster = await ProcessCluster.StartAsync(workers: 2);
        var evaluation = await SubmitAsync(cluster);
        await HalfDoneAsync(evaluation);
        await cluster.Workers[0].KillAsync();
        Assert.Equal(await DigitEvaluations.LocallyAsync(DigitEvaluations.Cascade, Images), await evaluation.ReportAsync(cluster.Blobs));
    }

    [Fact]
    public async Task An_evaluation_whose_gateway_is_killed_goes_on_by_itself_from_its_answers()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 2, workers: 1);
        var evaluation = await SubmitAsync(cluster);
        await HalfDoneAsync(evaluation);
        // It lives on one of the two, and its batches on both.
        await cluster.KillAsync(cluster.Gateway);
        evaluation = cluster.Evaluation("crash");
        Assert.Equal(await DigitEvaluations.LocallyAsync(DigitEvaluations.Cascade, Images), await evaluation.ReportAsync(cluster.Blobs));
        var supervisor = cluster.Grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single);
        await Eventually.TrueAsync(async () => await supervisor.CountAsync() == 0, "nothing is left to look after");
    }

    [Fact]
    public async Task An_evaluation_waits_for_the_first_worker_and_says_so()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: 0);
        await cluster.AddModelAsync("mnist-cnn");
        var evaluation = cluster.Evaluation("waits");
        await evaluation.SubmitAsync(DigitEvaluations.Submission(new() { Title = "waits", Methods = ["gradient"] }, await cluster.Blobs.AddDigitsAsync(1)), Test.Token);
        Assert.Contains("No worker", (await evaluation.UntilAsync(s => s.Waiting is not null)).Waiting, StringComparison.Ordinal);
        await cluster.AddWorkerAsync();
        await evaluation.ReportAsync(cluster.Blobs);
        Assert.Empty(cluster.Log.Errors);
    }

    [Fact]
    public async Task A_batch_that_is_being_submitted_when_its_evaluation_is_cancelled_leaves_no_job()
    {
        await using var cluster = await RoleCluster.StartAsync(workers: 0);
        var (held, isHeld) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Database.Gate = grain =>
        {
            if (!IsJob(grain)) return Task.CompletedTask;
            isHeld.TrySetResult();
            return held.Task;
        };
        var evaluation = await SubmitAsync(cluster);
        await isHeld.Task.WaitAsync(Test.Token);
        var cancelled = evaluation.CancelAsync();
        await evaluation.UntilAsync(s => s.IsFinal);
        held.SetResult();
        Assert.Equal(EvaluationState.Cancelled, (await cancelled).State);
        Assert.Equal([], await JobsAsync(cluster));
    }

    [Fact]
    public async Task Jobs_of_batches_go_also_where_the_gateway_dies_between_the_end_and_their_removal()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 2, workers: 1);
        var evaluation = await SubmitAsync(cluster);
        await HalfDoneAsync(evaluation);
        var held = new TaskCompletionSource();
        cluster.Database.Gate = grain => IsJob(grain) ? held.Task : Task.CompletedTask;
        var cancelled = evaluation.CancelAsync();
        await evaluation.UntilAsync(s => s.State == EvaluationState.Cancelled);
        await cluster.KillAsync(await cluster.HomeOfAsync(evaluation));
        cluster.Database.Heal();
        held.SetException(new NpgsqlException("The test has taken the database away."));
        await Assert.ThrowsAnyAsync<Exception>(() => cancelled);
        var supervisor = cluster.Grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single);
        await Eventually.TrueAsync(async () => await supervisor.CountAsync() == 0, "nothing is left to look after");
        Assert.Equal([], await JobsAsync(cluster));
        Assert.Equal(EvaluationState.Cancelled, (await cluster.Evaluation("crash").GetAsync()).State);
    }

    private static bool IsJob(GrainId grain) => grain.Type.ToString() == "saliency.job";

    // Of those that it may have.
    private static async Task<List<string>> JobsAsync(RoleCluster cluster)
    {
        var found = new List<string>();
        foreach (var name in Enumerable.Range(0, 40).SelectMany(i => new[] { $"w0.s{i}", $"w0.f{i}" }).Prepend("w0.o"))
        {
            if (await cluster.Grains.GetGrain<IJobWorkGrain>($"{GrainKeys.DefaultTenant}/crash.{name}").GetUsageAsync() is not null) found.Add(name);
        }
        return found;
    }

    private static async Task<IEvaluationGrain> SubmitAsync(ISampleCluster cluster)
    {
        await cluster.AddModelAsync("mnist-cnn");
        var evaluation = cluster.Evaluation("crash");
        await evaluation.SubmitAsync(DigitEvaluations.Submission(DigitEvaluations.Cascade, await cluster.Blobs.AddDigitsAsync(Images)), Test.Token);
        return evaluation;
    }

    private static async Task<EvaluationStatus> HalfDoneAsync(IEvaluationGrain evaluation)
    {
        var status = await evaluation.UntilAsync(s => s.BatchesDone >= 2);
        Assert.False(status.IsFinal);
        return status;
    }
}
