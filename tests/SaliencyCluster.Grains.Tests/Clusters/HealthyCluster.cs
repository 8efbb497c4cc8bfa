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
        await Cluster.DisposeAsync();
        Assert.True(Cluster.Log.Errors.Count == 0, string.Join('\n', Cluster.Log.Errors));
    }
}
