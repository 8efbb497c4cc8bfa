using System.Data.Common;
using System.Net.Sockets;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Storage;

namespace SaliencyCluster.Grains.Calls;

/// <summary>Repeats calls that failed because a silo died, left or was not there yet, or the blob store was away. Only for calls that are safe to repeat.</summary>
public static class Retry
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Says whether a call may succeed when it is repeated.</summary>
    public static bool IsTransient(Exception error) => OfStorage(error) is { } cause
        ? IsTransient(cause) || cause is IOException or DbException or SocketException or ObjectDisposedException or OperationCanceledException
        : error is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException or OrleansException
            or Orleans.Storage.InconsistentStateException || StorageOutage.Is(error);

    /// <summary>Repeats a call with growing, random pauses until it succeeds, fails for good, or the time is over.</summary>
    /// <param name="call">The call; made anew for each attempt.</param>
    /// <param name="time">Measures pauses.</param>
    /// <param name="within">After this the last failure is thrown.</param>
    /// <param name="cancellation">Ends the pauses.</param>
    public static async Task<T> CallAsync<T>(Func<Task<T>> call, TimeProvider time, TimeSpan within, CancellationToken cancellation = default)
    {
        var started = time.GetTimestamp();
        for (var pause = First; ; pause = Longer(pause))
        {
            try
            {
                return await call();
            }
            catch (Exception error) when (IsTransient(error) && time.GetElapsedTime(started) < within)
            {
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, cancellation);
            }
        }
    }

    /// <summary>As <see cref="CallAsync{T}"/>, without a result.</summary>
    public static Task CallAsync(Func<Task> call, TimeProvider time, TimeSpan within, CancellationToken cancellation = default) =>
        CallAsync(async () => { await call(); return true; }, time, within, cancellation);

    // What a storage provider throws comes wrapped in a bare OrleansException, also where it is a fault that every attempt meets.
    private static Exception? OfStorage(Exception error) => error.GetType() == typeof(OrleansException) ? error.InnerException : null;

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < Longest ? pause * 2 : Longest;
}
