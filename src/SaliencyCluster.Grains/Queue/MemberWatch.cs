using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Tells which silos have died, as long as it is not stopped: a stream of news that ends or fails is opened again.</summary>
/// <param name="updates">Opens the stream; its first element is what is known.</param>
/// <param name="died">Told the silos that are dead, again with every update.</param>
/// <param name="time">Measures the pause before the stream is opened again.</param>
/// <param name="logger">Told why the stream failed.</param>
internal sealed class MemberWatch(
    Func<CancellationToken, IAsyncEnumerable<ClusterMembershipSnapshot>> updates, Action<IEnumerable<SiloAddress>> died, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Watches; ends only when it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await foreach (var snapshot in updates(cancellation))
                    died(snapshot.Members.Values.Where(m => m.Status == SiloStatus.Dead).Select(m => m.SiloAddress));
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                logger.MembersNotWatched(Pause.TotalSeconds, error);
            }
            catch (OperationCanceledException)
            {
                // The grain leaves; the next activation watches again.
                return;
            }
            await Task.Delay(Pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
