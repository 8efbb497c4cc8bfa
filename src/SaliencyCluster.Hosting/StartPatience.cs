using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting;

/// <summary>
/// Waits at the start for a database or object store that is away: pods start in any order, and a process that ended would be restarted
/// with ever longer pauses. Mistakes of the configuration are not waited out.
/// </summary>
internal sealed partial class StartPatience(TimeSpan patience, TimeProvider time, ILogger<StartPatience> logger, CancellationToken cancellation = default)
{
    /// <summary>Gets one that waits for nothing.</summary>
    public static StartPatience None { get; } = new(TimeSpan.Zero, TimeProvider.System, NullLogger<StartPatience>.Instance);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5), Longest = TimeSpan.FromSeconds(10);

    /// <summary>Waits as <see cref="UntilAsync"/> does, where there is nothing that could await: before the host is built.</summary>
    /// <exception cref="OperationCanceledException">The start was cancelled; a call under way is left to itself.</exception>
    public void Until(string what, Func<Task> attempt, Func<SaliencyException, bool> isAway) =>
        // On the pool, where no continuation needs this thread. The wait ends: with the patience, each call's own limit, or the start.
        Task.Run(() => UntilAsync(what, attempt, isAway), CancellationToken.None).WaitAsync(cancellation).GetAwaiter().GetResult();

    /// <summary>Calls until it succeeds, fails for good, or the time is over; then the last error is thrown.</summary>
    /// <param name="what">What is waited for, in the log.</param>
    /// <param name="attempt">The call.</param>
    /// <param name="isAway">Whether an error may pass by itself.</param>
    public async Task UntilAsync(string what, Func<Task> attempt, Func<SaliencyException, bool> isAway)
    {
        var end = time.GetUtcNow() + patience;
        for (var pause = First; ; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, Longest.Ticks)))
        {
            try
            {
                await attempt();
                return;
            }
            catch (SaliencyException error) when (isAway(error) && time.GetUtcNow() + pause < end)
            {
                LogAway(what, pause.TotalSeconds, (end - time.GetUtcNow()).TotalSeconds, error.Message);
            }
            await Task.Delay(pause, time, cancellation);
        }
    }

    [LoggerMessage(EventId = 3502, Level = LogLevel.Warning, Message = "The {What} is away; the next attempt is in {Pause} s, and the process ends in {Left:0} s: {Error}")]
    private partial void LogAway(string what, double pause, double left, string error);
}
