using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using SaliencyCluster.Gateway.Errors;

namespace SaliencyCluster.Gateway.Identity.Audit;

/// <summary>Records calls of gRPC and REST. Stands around the one that makes exceptions statuses.</summary>
internal sealed class AuditInterceptor(AuditTrail trail) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        RecordAsync(context, request, _ => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        RecordAsync(context, null, subject => continuation(new FirstMessage<TRequest>(requestStream, subject), context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        RecordAsync(context, request, async _ =>
        {
            await continuation(request, responseStream, context);
            return true;
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        RecordAsync(context, null, async subject =>
        {
            await continuation(new FirstMessage<TRequest>(requestStream, subject), responseStream, context);
            return true;
        });

    private async Task<T> RecordAsync<T>(ServerCallContext context, object? request, Func<Dictionary<string, string>, Task<T>> call)
    {
        var subject = new Dictionary<string, string>();
        if (!trail.IsOn || AuditCalls.NameOf(context.Method, trail.Reads) is not { } name) return await call(subject);
        if (request is IMessage message) AuditSubject.Add(subject, message);
        if (await trail.RefusalAsync() is { } refusal) throw RichStatus.Of(refusal);
        var outcome = "cancelled";
        try
        {
            var answer = await call(subject);
            if (answer is IMessage made) AuditSubject.Add(subject, made);
            outcome = "ok";
            return answer;
        }
        catch (RpcException refused)
        {
            // The message begins with the code of the error.
            outcome = refused.StatusCode == StatusCode.Cancelled ? outcome
                : refused.Status.Detail.Split(':', 2) is [var code, _] && code.StartsWith("SAL", StringComparison.Ordinal) ? code
                : refused.StatusCode.ToString();
            throw;
        }
        finally
        {
            await trail.RecordAsync(context.GetHttpContext(), name, outcome, subject);
        }
    }
}

/// <summary>A stream whose first message says what the call is about.</summary>
internal sealed class FirstMessage<T>(IAsyncStreamReader<T> stream, Dictionary<string, string> subject) : IAsyncStreamReader<T>
{
    private bool _isSeen;

    public T Current => stream.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var isMore = await stream.MoveNext(cancellationToken);
        if (isMore && !_isSeen && stream.Current is IMessage message) AuditSubject.Add(subject, message);
        _isSeen = true;
        return isMore;
    }
}
