using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Tests.State;

namespace SaliencyCluster.Grains.Tests.Trials;

/// <summary>What is remembered of the processes that a model has ended.</summary>
public sealed class ModelTrialTests(IdleCluster idle) : IClassFixture<IdleCluster>
{
    private const string Graph = "graph", Other = "other graph";

    private IQuarantineListGrain List => idle.Cluster.Grains.GetGrain<IQuarantineListGrain>(GrainKeys.Single);

    [Fact]
    public async Task A_model_that_ended_three_processes_is_quarantined_until_it_is_released()
    {
        var model = Model("a");
        for (var i = 1; i <= 3; i++)
        {
            var attempt = Attempt(Graph, i);
            Assert.Equal(new TrialReply(TrialVerdict.Try), await model.BeginAsync(attempt));
            Assert.Equal(i == 3, await model.EndAsync(attempt, TrialOutcome.Ended, $"end {i}") is not null);
        }
        await idle.Cluster.DeactivateAsync();
        var quarantine = await model.GetAsync();
        Assert.Equal((Hash("a"), 3, "end 3"), (quarantine!.Model, quarantine.Ended, quarantine.Last));
        Assert.Contains(quarantine, await List.ListAsync());
        Assert.Equal(new TrialReply(TrialVerdict.Quarantined, quarantine), await model.BeginAsync(Attempt(Other, 4)));
        // Whoever began before may still say that it went well: a model that ended three processes stays where it is.
        Assert.NotNull(await model.EndAsync(Attempt(Graph, 5), TrialOutcome.Behaved));

        Assert.Equal(quarantine, await model.ReleaseAsync());
        Assert.Null(await model.ReleaseAsync());
        await idle.Cluster.DeactivateAsync();
        Assert.Null(await model.GetAsync());
        Assert.DoesNotContain(await List.ListAsync(), m => m.Model == Hash("a"));
        Assert.Equal(TrialVerdict.Try, (await model.BeginAsync(Attempt(Other, 6))).Verdict);
    }

    [Fact]
    public async Task A_graph_that_behaved_is_proven_and_what_it_was_blamed_for_is_forgotten()
    {
        var model = Model("b");
        await model.EndAsync(Attempt(Graph, 1), TrialOutcome.Ended, "by chance");
        await model.EndAsync(Attempt(Other, 1), TrialOutcome.Ended, "by fault");
        await model.EndAsync(Attempt(Graph, 2), TrialOutcome.Behaved);
        Assert.Equal(TrialVerdict.Proven, (await model.BeginAsync(Attempt(Graph, 3))).Verdict);
        await model.EndAsync(Attempt(Other, 2), TrialOutcome.Ended, "by fault");
        Assert.Null(await model.GetAsync());
        var quarantine = await model.EndAsync(Attempt(Other, 3), TrialOutcome.Ended, "by fault");
        Assert.Equal(3, quarantine!.Ended);
    }

    [Fact]
    public async Task A_proven_graph_that_ends_a_process_is_proven_no_more()
    {
        var model = Model("c");
        await model.EndAsync(Attempt(Graph, 1), TrialOutcome.Behaved);
        await model.EndAsync(Attempt(Graph, 1), TrialOutcome.Ended, "hung");
        Assert.Equal(TrialVerdict.Try, (await model.BeginAsync(Attempt(Graph, 2))).Verdict);
    }

    [Fact]
    public async Task What_an_image_did_is_not_forgotten_for_others_that_went_well()
    {
        var model = Model("g");
        for (var i = 1; i < 3; i++)
        {
            await model.EndAsync(Attempt(Graph, i), TrialOutcome.Ended, "by chance");
            await model.EndAsync(Attempt(Graph, i), TrialOutcome.Behaved);
            Assert.Null(await model.EndAsync(Attempt($"lease {i}", i), TrialOutcome.Ended, "an image"));
            await model.EndAsync(Attempt(Graph, i), TrialOutcome.Behaved);
        }
        Assert.Equal(3, (await model.EndAsync(Attempt("lease 3", 3), TrialOutcome.Ended, "an image"))!.Ended);
    }

    [Fact]
    public async Task An_end_that_is_told_twice_counts_once_and_one_without_a_verdict_not_at_all()
    {
        var model = Model("d");
        var attempt = Attempt(Graph, 1);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(await model.EndAsync(attempt, TrialOutcome.Ended, "end"));
            Assert.Null(await model.EndAsync(Attempt(Graph, 1), TrialOutcome.Unknown));
        }
    }

    [Fact]
    public async Task No_more_processes_run_it_for_the_first_time_than_it_may_still_end()
    {
        var model = Model("e");
        await model.EndAsync(Attempt(Graph, 1), TrialOutcome.Ended, "end");
        var (second, third) = (Attempt(Graph, 2), Attempt(Graph, 3));
        Assert.Equal(TrialVerdict.Try, (await model.BeginAsync(second)).Verdict);
        Assert.Equal(TrialVerdict.Try, (await model.BeginAsync(third)).Verdict);
        // Another graph in a process that is counted already endangers no further one.
        Assert.Equal(TrialVerdict.Try, (await model.BeginAsync(Attempt(Other, 3))).Verdict);
        Assert.Equal(TrialVerdict.Wait, (await model.BeginAsync(Attempt(Graph, 4))).Verdict);
        await model.EndAsync(second, TrialOutcome.Behaved);
        Assert.Equal(TrialVerdict.Proven, (await model.BeginAsync(Attempt(Graph, 4))).Verdict);
    }

    [Fact]
    public async Task A_process_that_dies_amid_its_first_runs_was_ended_by_them_once()
    {
        await using var cluster = await RoleCluster.StartAsync(workers: 2);
        var model = cluster.Grains.GetGrain<IModelTrialGrain>(Hash("f"));
        var (first, second) = (cluster.Workers.First(), cluster.Workers.Last());
        foreach (var (silo, graph) in new[] { (first, Graph), (first, Other), (second, Graph) })
            await model.BeginAsync(new(Guid.NewGuid(), graph, silo.Name, silo.SiloAddress.ToParsableString()));
        await cluster.KillAsync(first);
        await cluster.KillAsync(second);
        // Two deaths: there is room for one process.
        await Eventually.TrueAsync(async () => (await model.BeginAsync(Attempt(Graph, 3))).Verdict == TrialVerdict.Try, "both are noticed");
        Assert.Equal(TrialVerdict.Wait, (await model.BeginAsync(Attempt(Graph, 4))).Verdict);
        Assert.Equal(3, (await model.EndAsync(Attempt(Graph, 3), TrialOutcome.Ended, "end"))!.Ended);
    }

    private static string Hash(string name) => name.PadLeft(64, '0');

    private static TrialAttempt Attempt(string graph, int process) =>
        new(Guid.NewGuid(), graph, $"w{process}/cpu", $"10.0.0.{process}:11111@{process}");

    private IModelTrialGrain Model(string name) => idle.Cluster.Grains.GetGrain<IModelTrialGrain>(Hash(name));
}
