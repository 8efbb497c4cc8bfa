using Orleans.Runtime;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>One gateway and two workers for tests that break nothing; at the end no server may have logged an error.</summary>
public sealed class HealthyCluster : IAsyncLifetime
{
    internal RoleCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await RoleCluster.StartAsync(gateways: 1, workers: 2);
        await Cluster.AddModelAsync("mnist-cnn");
    }

    public async ValueTask DisposeAsync()
    {
        // Workers first, as an orderly shutdown does. What the last gateway says of having nobody left to hand over to is no error.
        foreach (var worker in Cluster.Workers.ToArray()) await Cluster.StopAsync(worker);
        // A worker that has just stopped cannot be told any more to cancel a call, and has none left.
        var errors = Cluster.Log.Errors.Where(e => !(e.StartsWith("Orleans.Runtime.GrainCallCancellationManager: ", StringComparison.Ordinal)
            && e.Contains(nameof(SiloUnavailableException), StringComparison.Ordinal))).ToArray();
        await Cluster.DisposeAsync();
        Assert.True(errors.Length == 0, string.Join('\n', errors));
    }
}
