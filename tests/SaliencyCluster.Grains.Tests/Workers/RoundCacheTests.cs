using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Devices;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Workers;
using SaliencyCluster.Hosting.Blobs;

namespace SaliencyCluster.Grains.Tests.Workers;

/// <summary>What a worker keeps of rounds, with an aggregator that is only asked.</summary>
public sealed class RoundCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_round_that_is_not_the_current_one_is_asked_for_again_since_a_new_activation_comes_to_it_later()
    {
        var time = new FakeTimeProvider();
        var blobs = new FolderBlobStore(_folder.Path, time);
        var asked = 0;
        var aggregator = Answering.With<IAggregatorWorkGrain>(() =>
        {
            asked++;
            return Task.FromResult(new RoundReply(null, Ready: true));
        });
        var rounds = new RoundCache(Answering.With<IGrainFactory>(() => aggregator), blobs, new ModelStore(blobs), time);
        var lease = new Lease(Guid.NewGuid(), "t/j/0", 1, new(0, 1), 10, "m", 1);
        Assert.Null(await rounds.GetAsync(lease, Test.Token));
        Assert.Null(await rounds.GetAsync(lease, Test.Token));
        Assert.Equal(2, asked);
    }

    /// <summary>Gives the same answer to every call.</summary>
    public class Answering : DispatchProxy
    {
        private Func<object> _answer = null!;

        public static T With<T>(Func<object> answer) where T : class
        {
            var proxy = Create<T, Answering>();
            ((Answering)(object)proxy)._answer = answer;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer();
    }
}
