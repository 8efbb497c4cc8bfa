namespace SaliencyCluster.Faults.Tests.Clusters;

/// <summary>Waits for a state that gives no event, with a deadline that only a hanging cluster reaches.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    public static Task TrueAsync(Func<Task<bool>> condition, string what) => TrueAsync(condition, () => what);

    /// <summary>Waits until the condition holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">Says what is waited for, asked after the last try so that it can say what was found then.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var deadline = new CancellationTokenSource(Deadline);
        do
        {
            if (await condition()) return;
        }
        while (!deadline.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
        throw new Xunit.Sdk.XunitException($"After {Deadline.TotalSeconds} s it is still not so that {what()}.");
    }
}
