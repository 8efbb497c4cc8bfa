using Npgsql;
using Orleans.Runtime;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Work;
using SaliencyCluster.Hosting.Storage;

namespace SaliencyCluster.Grains.Tests.State;

/// <summary>What is left in the database of what is gone.</summary>
public sealed class StorageRowTests(IdleCluster idle) : IClassFixture<IdleCluster>
{
    [Fact]
    public async Task A_state_that_is_cleared_leaves_no_row_and_can_be_written_again()
    {
        var (storage, grain) = (idle.Cluster.Storage, GrainId.Create("rows", "one"));
        var state = new GrainState<OpenWorkRecord> { State = Of("first") };
        await storage.WriteStateAsync("rows", grain, state);
        var first = new GrainState<OpenWorkRecord> { State = Of("late"), ETag = state.ETag, RecordExists = true };
        await storage.ClearStateAsync("rows", grain, state);
        Assert.DoesNotContain("rows", idle.Cluster.Rows().Select(r => r.Kind));
        state.State = Of("second");
        await storage.WriteStateAsync("rows", grain, state);
        state.State = Of("third");
        await storage.WriteStateAsync("rows", grain, state);
        await storage.ClearStateAsync("rows", grain, state);

        // A row that is made again is another one, also for somebody who knew the one before from its first write.
        await Task.Delay(TimeSpan.FromSeconds(1.1), Test.Token);
        var again = new GrainState<OpenWorkRecord> { State = Of("again") };
        await storage.WriteStateAsync("rows", grain, again);
        await Assert.ThrowsAnyAsync<Orleans.Storage.InconsistentStateException>(() => storage.WriteStateAsync("rows", grain, first));
        await storage.ReadStateAsync("rows", grain, state);
        Assert.Equal(["again"], state.State.Adopted);
    }

    [Fact]
    public async Task Rows_that_versions_before_have_emptied_go_and_an_account_without_rights_goes_on_with_their_tables()
    {
        await using var server = await PostgresServer.StartAsync();
        PostgresSchema.Apply(server.ConnectionString);
        await server.RunAsync("UPDATE OrleansQuery SET QueryText = '1' WHERE QueryKey = 'SaliencySchema'");
        await server.RunAsync(
            """
            INSERT INTO OrleansStorage VALUES (1, 0, 0, 1, 'job', 'gone', 's', NULL, now(), 5), (2, 0, 0, 1, 'job', 'there', 's', 'x', now(), 5);
            CREATE ROLE app LOGIN; GRANT USAGE ON SCHEMA public TO app; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;
            """);
        var app = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = "app" }.ConnectionString;
        PostgresSchema.Apply(app);
        var state = PostgresSchema.Inspect(app);
        Assert.Equal(("1", true), (state.Version, state.IsOlder));

        PostgresSchema.Apply(server.ConnectionString);
        state = PostgresSchema.Inspect(app);
        Assert.Equal((state.Wanted, false), (state.Version, state.IsOlder));
        Assert.Equal("there", await server.ReadAsync("SELECT string_agg(GrainIdExtensionString, ',') FROM OrleansStorage"));
    }

    private static OpenWorkRecord Of(string text) => new() { Adopted = [text] };
}
