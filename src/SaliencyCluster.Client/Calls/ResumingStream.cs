using System.Runtime.CompilerServices;
using Grpc.Core;
using SaliencyCluster.Client.Errors;

namespace SaliencyCluster.Client.Calls;

/// <summary>Reads a stream that can be opened again where it broke off.</summary>
internal sealed class ResumingStream(Uri endpoint, SaliencyClientOptions options)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200), LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Reads until <paramref name="isLast"/> or the stream's own end. When the connection is lost, <paramref name="open"/>
    /// is called again after a pause; it must go on behind what was already read.
    /// </summary>
    /// <exception cref="GatewayException">The gateway refused, or was away for longer than <see cref="SaliencyClientOptions.ReconnectFor"/>.</exception>
    public async IAsyncEnumerable<T> ReadAsync<T>(
        Func<AsyncServerStreamingCall<T>> open, Func<T, bool> isLast, bool endsByItself, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long? lostAt = null;
        var pause = FirstPause;
        while (true)
        {
            using var call = open();
            RpcException? lost = null;
            while (true)
            {
                var more = false;
                try
                {
                    more = await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false);
                }
                catch (RpcException error) when (CallErrors.IsLostConnection(error))
                {
                    lost = error;
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    lost = CallErrors.CutOff();
                }
                catch (RpcException error)
                {
                    throw CallErrors.Translate(error, endpoint);
                }
                if (!more) break;
                (lostAt, pause) = (null, FirstPause);
                yield return call.ResponseStream.Current;
                if (isLast(call.ResponseStream.Current)) yield break;
            }
            // A gateway that shuts down in good order ends its streams without an error.
            if (lost is null && endsByItself) yield break;
            var now = options.Clock.GetTimestamp();
            lostAt ??= now;
            if (lost is not null && options.Clock.GetElapsedTime(lostAt.Value, now) >= options.ReconnectFor) throw CallErrors.Translate(lost, endpoint);
            await Task.Delay(pause, options.Clock, cancellation).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
