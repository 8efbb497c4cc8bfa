namespace SaliencyCluster.Telemetry.Tests.Clusters;

/// <summary>Waits for what gives no event, with a deadline that only a broken system reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? period = null)
    {
        using var timer = new PeriodicTimer(period ?? TimeSpan.FromMilliseconds(200));
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested) throw new TimeoutException($"After {Deadline.TotalSeconds} s it is still not so that {what()}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
