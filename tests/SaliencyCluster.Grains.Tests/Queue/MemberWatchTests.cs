using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using SaliencyCluster.Grains.Queue;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Queue;

public sealed class MemberWatchTests
{
    private static readonly SiloAddress Silo = SiloAddress.New(IPAddress.Loopback, 1, 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task News_of_members_go_on_after_their_stream_failed_or_ended(bool fails)
    {
        var time = new FakeTimeProvider();
        var (opened, told) = (0, new TaskCompletionSource<SiloAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously));
        using var stop = new CancellationTokenSource();
        async IAsyncEnumerable<ClusterMembershipSnapshot> Updates([EnumeratorCancellation] CancellationToken cancellation)
        {
            if (opened++ == 0)
            {
                if (fails) throw new InvalidOperationException("The test ends the stream.");
                yield break;
            }
            yield return new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(Silo, new(Silo, SiloStatus.Dead, "silo")), new(1));
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        }
        var watch = new MemberWatch(Updates, dead => told.TrySetResult([.. dead]), time, NullLogger.Instance).RunAsync(stop.Token);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(told.Task.IsCompleted);
            },
            "the stream was opened again");
        Assert.Equal([Silo], await told.Task);
        await stop.CancelAsync();
        await watch;
    }
}
