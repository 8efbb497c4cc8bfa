using Orleans.Runtime;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>Waits for a state of a cluster that gives no event, with a deadline that only a broken one reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var deadline = new CancellationTokenSource(Deadline);
        Exception? last = null;
        do
        {
            try
            {
                if (await condition()) return;
            }
            catch (Exception error) when (Calls.Retry.IsTransient(error))
            {
                last = error;
            }
        }
        while (!deadline.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
        throw new Xunit.Sdk.XunitException($"After {Deadline.TotalSeconds} s it is still not so that {what}. {last}");
    }
}
