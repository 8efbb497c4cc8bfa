using System.Diagnostics;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Jobs;

/// <summary>What a caller on another silo is told while the database is away.</summary>
public sealed class DatabaseOutageTests
{
    [Fact]
    public async Task A_call_to_a_grain_that_cannot_be_activated_may_be_repeated_and_is_answered_at_once()
    {
        await using var cluster = await RoleCluster.StartAsync();
        cluster.Database.IsAway = true;
        var started = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => cluster.GrainsOf(cluster.Workers.Single()).GetGrain<IAggregatorWorkGrain>("tenant/job/0").GetRoundAsync(0));
        Assert.True(Retry.IsTransient(error), $"After {Stopwatch.GetElapsedTime(started)}: {error}");
        Assert.True(error is not TimeoutException, $"After {Stopwatch.GetElapsedTime(started)}: {error}");
    }
}
