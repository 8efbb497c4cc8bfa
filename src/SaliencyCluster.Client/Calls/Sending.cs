using Grpc.Core;

namespace SaliencyCluster.Client.Calls;

/// <summary>Sends the messages of a call for as long as its gateway wants them.</summary>
internal static class Sending
{
    /// <summary>Sends until every message is sent or the call has its answer, whichever comes first.</summary>
    /// <remarks>
    /// A gateway that refuses early stops reading. The write under way then mostly fails, but not always: when the answer ends the
    /// HTTP/2 stream before the transport was told to give the write up, nobody grants it room any more and it waits for ever.
    /// Neither may a source that has no next message yet keep the answer back. So the answer is what is waited for; what is still
    /// under way is cancelled and left to itself.
    /// </remarks>
    /// <exception cref="TimeoutException">The gateway took no message within the time for one.</exception>
    /// <exception cref="Exception">The source of the messages failed.</exception>
    public static async Task UntilAnsweredAsync<TRequest, TResponse>(
        AsyncClientStreamingCall<TRequest, TResponse> call, IAsyncEnumerable<TRequest> messages, SaliencyClientOptions options, CancellationToken cancellation)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var sending = SendAllAsync(call.RequestStream, messages, options, stop.Token);
        var first = await Task.WhenAny(sending, call.ResponseAsync).ConfigureAwait(false);
        if (first == sending)
        {
            stop.Dispose();
            await sending.ConfigureAwait(false);
            return;
        }
        // Whoever sends may listen to the source's token for longer: the source is left to the collector.
        await stop.CancelAsync().ConfigureAwait(false);
        // What the sending still comes to is of no interest: the answer is there.
        _ = sending.ContinueWith(static s => s.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private static async Task SendAllAsync<TRequest>(
        IClientStreamWriter<TRequest> stream, IAsyncEnumerable<TRequest> messages, SaliencyClientOptions options, CancellationToken stop)
    {
        await foreach (var message in messages.WithCancellation(stop).ConfigureAwait(false))
        {
            try
            {
                await stream.WriteAsync(message, stop).WaitAsync(options.CallTimeout, options.Clock, stop).ConfigureAwait(false);
            }
            catch (Exception error) when (error is RpcException or InvalidOperationException or OperationCanceledException && !stop.IsCancellationRequested)
            {
                // The failed write says only that nobody reads; the answer says why.
                return;
            }
        }
        await stream.CompleteAsync().ConfigureAwait(false);
    }
}
