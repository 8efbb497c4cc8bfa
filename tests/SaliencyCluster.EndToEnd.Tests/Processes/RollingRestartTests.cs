using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SaliencyCluster.Client;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Processes;

/// <summary>Every process of a cluster is replaced in turn, each while a job runs: nothing is lost, and no bit of an answer changes.</summary>
public sealed class RollingRestartTests : IDisposable
{
    private const int Images = 40;
    private readonly TemporaryFolder _data = new();
    private readonly List<ClusterMember> _members = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var member in _members) member.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Jobs_run_through_a_restart_of_every_process_and_give_the_same_bytes()
    {
        for (var i = 0; i < 2; i++) _members.Add(await ClusterMember.GatewayAsync(_data.Path));
        for (var i = 0; i < 2; i++) _members.Add(await ClusterMember.WorkerAsync(_data.Path));
        using (var client = new SaliencyClient(_members[0].Grpc!)) await SharedCluster.AddAsync(client, "mnist-cnn");
        var expected = await RunAsync("undisturbed", _members[0].Grpc!, () => Task.CompletedTask);
        // Workers first, as an upgrade does it.
        foreach (var index in new[] { 2, 3, 0, 1 })
        {
            // Followed through the gateway that stays.
            var through = _members[index == 0 ? 1 : 0].Grpc!;
            var maps = await RunAsync($"restart-{index}", through, async () =>
            {
                var (exit, said) = await _members[index].StopAsync();
                Assert.True(exit == 0, said);
                _members[index].Dispose();
                _members[index] = index < 2 ? await ClusterMember.GatewayAsync(_data.Path) : await ClusterMember.WorkerAsync(_data.Path);
            });
            Assert.Equal(expected, maps);
        }
    }

    private static async Task<List<string>> RunAsync(string id, Uri gateway, Func<Task> disturb)
    {
        using var client = new SaliencyClient(gateway);
        await client.Jobs.SubmitAsync("mnist-cnn", new() { Method = "smoothgrad", Samples = 100 }, Digits.Many(Images), id, Cancellation);
        await foreach (var state in client.Jobs.WatchAsync(id, Cancellation)) if (state.ImagesDone > 0) break;
        await disturb();
        var ended = await client.Jobs.WatchAsync(id, Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Done, Images), (ended.State, ended.ImagesDone));
        return await client.Jobs.ReadResultsAsync(id, cancellation: Cancellation)
            .Select(r => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(r.Map!.Values.AsSpan())))).ToListAsync(Cancellation);
    }
}
