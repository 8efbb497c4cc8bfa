namespace SaliencyCluster.TestKit.Running;

/// <summary>Waits for a state that gives no event, with a deadline that only a broken system reaches. What can be awaited is awaited instead.</summary>
public static class Eventually
{
    /// <summary>How long is waited at most.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    /// <summary>Gets or sets which errors of a condition count as "not yet"; set once for a whole suite.</summary>
    /// <value>The default is none: an error ends the waiting.</value>
    public static Func<Exception, bool> IsNotYet { get; set; } = _ => false;

    /// <summary>Waits until the condition holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">What is waited for.</param>
    /// <exception cref="TimeoutException">It never held.</exception>
    public static Task TrueAsync(Func<Task<bool>> condition, string what) => TrueAsync(condition, () => what);

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, string)"/>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">Says what is waited for, asked after the last try so that it can say what was found then.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        using var timer = new PeriodicTimer(Period);
        using var deadline = new CancellationTokenSource(Deadline);
        Exception? last = null;
        do
        {
            try
            {
                if (await condition()) return;
            }
            catch (Exception error) when (IsNotYet(error))
            {
                last = error;
            }
        }
        while (!deadline.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
        throw new TimeoutException($"After {Deadline.TotalSeconds:0} s it is still not so that {what()}. {last}");
    }
}
