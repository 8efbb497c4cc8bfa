using System.Runtime.CompilerServices;
using Grpc.Core;
using SaliencyCluster.Client.Errors;

namespace SaliencyCluster.Client.Calls;

/// <summary>Runs calls so that every failure leaves as <see cref="GatewayException"/>.</summary>
internal sealed class GatewayCalls(Uri endpoint, SaliencyClientOptions options)
{
    /// <summary>Asks once and waits for the answer.</summary>
    public async Task<TResponse> AskAsync<TResponse>(AsyncUnaryCall<TResponse> call, CancellationToken cancellation)
    {
        using (call)
        {
            try
            {
                return await call.ResponseAsync.WaitAsync(options.CallTimeout, options.Clock, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException error)
            {
                throw CallErrors.Silent(error, endpoint, options.CallTimeout);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw CallErrors.Translate(CallErrors.CutOff(), endpoint);
            }
            catch (RpcException error)
            {
                throw CallErrors.Translate(error, endpoint);
            }
        }
    }

    /// <summary>Sends messages one after another, each when the one before was taken, and waits for the answer.</summary>
    /// <remarks>An answer that comes before all is sent ends the sending.</remarks>
    public async Task<TResponse> SendAsync<TRequest, TResponse>(
        AsyncClientStreamingCall<TRequest, TResponse> call, IAsyncEnumerable<TRequest> messages, CancellationToken cancellation)
    {
        using (call)
        {
            try
            {
                await Sending.UntilAnsweredAsync(call, messages, options, cancellation).ConfigureAwait(false);
                return await call.ResponseAsync.WaitAsync(options.CallTimeout, options.Clock, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException error) when (!cancellation.IsCancellationRequested)
            {
                throw CallErrors.Silent(error, endpoint, options.CallTimeout);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw CallErrors.Translate(CallErrors.CutOff(), endpoint);
            }
            catch (RpcException error)
            {
                throw CallErrors.Translate(error, endpoint);
            }
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public async IAsyncEnumerable<TResponse> ReadAsync<TResponse>(
        AsyncServerStreamingCall<TResponse> call, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using (call)
        {
            while (await NextAsync().ConfigureAwait(false)) yield return call.ResponseStream.Current;
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw CallErrors.Translate(CallErrors.CutOff(), endpoint);
            }
            catch (RpcException error)
            {
                throw CallErrors.Translate(error, endpoint);
            }
        }
    }
}
