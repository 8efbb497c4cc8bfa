using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Devices;
using SaliencyCluster.Grains.Trials;
using SaliencyCluster.Grains.Workers;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Telemetry.Tests.Clusters;

namespace SaliencyCluster.Telemetry.Tests.Documents;

/// <summary>Makes happen, with one device, what happens by chance when two devices compute the same shards.</summary>
internal static class ComputedTwice
{
    /// <summary>Takes a lease and computes it twice; the second sum is not wanted any more.</summary>
    public static async Task ComputeTwiceAsync(this TestSilo worker, IShardQueueGrain queue)
    {
        var services = worker.Services;
        var (device, silo, grains) = (services.GetRequiredService<Device>(), services.GetRequiredService<ILocalSiloDetails>(), services.GetRequiredService<IGrainFactory>());
        var id = new DeviceId(silo.Name, silo.SiloAddress.ToParsableString(), device.Name, "cpu");
        var work = new LeaseWork(device, id,
            new(grains, services.GetRequiredService<IBlobStore>(), services.GetRequiredService<ModelStore>(), TimeProvider.System), new(),
            services.GetRequiredService<ModelGuard>(), grains, TimeProvider.System);
        // The workers of the cluster may hold every shard that there is at the moment.
        IReadOnlyList<Lease> leases = [];
        await Eventually.TrueAsync(
            async () => (leases = await queue.AcquireAsync(new(id, 1, 1, [], TimeSpan.FromSeconds(15)))).Count > 0, () => "a lease is granted");
        for (var i = 0; i < 2; i++) Assert.Equal(LeaseEnding.Done, (await work.RunAsync(leases[0], CancellationToken.None)).How);
    }
}
