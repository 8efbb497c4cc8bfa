using Grpc.Core;
using Grpc.Core.Interceptors;
using SaliencyCluster.Gateway.Errors;

namespace SaliencyCluster.Gateway.Calls;

/// <summary>Makes exceptions of calls gRPC statuses.</summary>
internal sealed class ErrorInterceptor(CallErrors errors) : Interceptor
{
    private static readonly object Reached = new();

    /// <summary>Gets whether a call was read and came to its service.</summary>
    public static bool WasReached(HttpContext context) => context.Items.ContainsKey(Reached);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest,
            TResponse> continuation) =>
        GuardAsync(context, () => continuation(new ReadableStream<TRequest>(requestStream, context.GetHttpContext().Room()), context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, async () =>
        {
            await continuation(request, responseStream, context);
            return true;
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, async () =>
        {
            await continuation(new ReadableStream<TRequest>(requestStream, context.GetHttpContext().Room()), responseStream, context);
            return true;
        });

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        try
        {
            context.GetHttpContext().Items[Reached] = true;
            return await call();
        }
        catch (Exception error) when (error is not RpcException)
        {
            throw errors.Of(error, context.GetHttpContext(), context.Method, context.CancellationToken) is { } known
                ? RichStatus.Of(known) : new RpcException(new Status(StatusCode.Cancelled, "The caller is gone."));
        }
    }
}
