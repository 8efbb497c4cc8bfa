using System.Data.Common;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Calls;

/// <summary>The one place where exceptions become gRPC statuses.</summary>
internal sealed class ErrorInterceptor(CallLifetime calls, ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest,
            TResponse> continuation) =>
        GuardAsync(context, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, async () =>
        {
            await continuation(request, responseStream, context);
            return true;
        });

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception error) when (Translate(error, context) is { } translated)
        {
            throw translated;
        }
    }

    private RpcException? Translate(Exception error, ServerCallContext context)
    {
        switch (error)
        {
            case RpcException:
                return null;
            case SaliencyException known:
                if (StatusTable.Of(known.Code) is StatusCode.Internal or StatusCode.DataLoss) logger.CallFailed(context.Method,
                    known.Code, known);
                return RichStatus.Of(known);
            case not null when context.CancellationToken.IsCancellationRequested:
                return new RpcException(new Status(StatusCode.Cancelled, "The caller is gone."));
            case not null when calls.Refusal(context) is { } refused:
                return RichStatus.Of(refused);
            case not null when calls.IsStopping:
                // What is taken down under a call fails in many ways; none of them is the call's fault.
                if (error is not OperationCanceledException) logger.CallCutOff(context.Method, error);
                return RichStatus.Of(ClusterBusy.Stopping());
            case not null when ClusterBusy.Is(error):
                logger.ClusterNotReady(context.Method, error);
                return RichStatus.Of(ClusterBusy.Error());
            case OutOfMemoryException:
                // One array was too large for what is free; the process goes on.
                logger.CallFailed(context.Method, "SAL2623", error);
                return RichStatus.Of(new RetryLaterException(
                    "SAL2623", "The gateway has not enough free memory for this call now.",
                        "Retry in a few seconds; if it stays so, send less at once or give the gateway more memory.",
                        TimeSpan.FromSeconds(5)));
            case DbException:
                logger.ClusterNotReady(context.Method, error);
                return RichStatus.Of(StorageOutage.OfDatabase());
            default:
                var reference = Activity.Current?.TraceId.ToHexString() ?? Guid.NewGuid().ToString("n");
                logger.UnexpectedError(context.Method, reference, error!);
                return RichStatus.Of(new SaliencyException(
                    "SAL9099", $"The gateway failed in a way that it does not know (reference {reference}).",
                        $"Its log has the details: search for {reference}."));
        }
    }
}
