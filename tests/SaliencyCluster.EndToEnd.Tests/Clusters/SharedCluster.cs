using SaliencyCluster.Client;
using SaliencyCluster.TestKit;

[assembly: AssemblyFixture(typeof(SaliencyCluster.EndToEnd.Tests.Clusters.SharedCluster))]

namespace SaliencyCluster.EndToEnd.Tests.Clusters;

/// <summary>One cluster for all tests that do not harm it: gateway and worker in one silo, with the digits and the bears.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private TestProcess? _process;

    /// <summary>Gets a client of it.</summary>
    public SaliencyClient Client { get; private set; } = null!;

    /// <summary>Gets the address of gRPC.</summary>
    public Uri Grpc => _process!.Addresses!.Grpc;

    /// <summary>Gets the address of REST.</summary>
    public Uri Http => _process!.Addresses!.Http;

    public async ValueTask InitializeAsync()
    {
        _process = await TestProcess.StartAsync("gateway+worker", _data.Path);
        Client = _process.Client();
        foreach (var name in new[] { "mnist-mlp", "mnist-cnn" }) await AddAsync(Client, name);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process!.DisposeAsync();
        _data.Dispose();
        // A silo that stops moves its grains elsewhere; the last one of a cluster has nowhere to move them to.
        var unexpected = _process.Errors.Lines.Where(
            l => !l.StartsWith("Orleans.Grain: Error while selecting a migration destination", StringComparison.Ordinal)).ToList();
        Assert.True(unexpected.Count == 0, string.Join('\n', unexpected));
    }

    internal static async Task AddAsync(SaliencyClient client, string name)
    {
        await using var file = File.OpenRead(Repo.Model(name));
        await client.Models.AddAsync(name, file, labels: name.StartsWith("mnist", StringComparison.Ordinal) ? Enumerable.Range(0, 10).Select(i => $"{i}") : null);
    }
}
