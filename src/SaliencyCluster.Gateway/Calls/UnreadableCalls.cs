using Google.Protobuf;
using Grpc.Core;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Calls;

/// <summary>Answers calls whose message cannot be read by a code: gRPC reads the one message of a call before anything of ours
/// runs.</summary>
internal sealed class UnreadableCalls(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (!ErrorAnswer.IsGrpc(context.Request) || ErrorInterceptor.WasReached(context) || context.Response.HasStarted) return;
        var headers = context.Response.Headers;
        // What is refused at the door has its code, and details.
        if (headers.ContainsKey("grpc-status-details-bin") || !int.TryParse(headers["grpc-status"], out var status)) return;
        // It is read before anything of ours runs, also where there is no memory for it.
        if (status != 0 && (context.Room()?.Refusal ?? (SaliencyException?)Of((StatusCode)status)) is { } error)
            await ErrorAnswer.WriteAsync(context, error);
    }

    /// <summary>Gets what a caller is told of a message that gRPC does not read; null where that is none of the message's fault.</summary>
    /// <param name="status">What gRPC makes of it.</param>
    public static InvalidRequestException? Of(StatusCode status) => status switch
    {
        // An exception of the parser, or of who unpacks what was compressed.
        StatusCode.Unknown => Error("SAL2602", "The message of the call is no protocol buffer of its kind.", null),
        StatusCode.Internal => Error("SAL2601", "The message of the call is not complete.", null),
        StatusCode.ResourceExhausted => Error(
            "SAL2608", "The message of the call is larger than this gateway takes.",
            "Send less at once, or raise Saliency:Gateway:Limits:MaxImageBytes."),
        _ => null,
    };

    private static InvalidRequestException Error(string code, string what, string? cure) => InvalidRequestException.Of(
        code, "message", what, cure ?? "Send it whole, as its .proto file (protos/) says, with a client that is made of that.");
}

/// <summary>What a caller streams, where what cannot be read is an error of the caller.</summary>
/// <param name="stream">The messages.</param>
/// <param name="room">The memory that the body takes: of a message that has come, whoever reads it counts what it keeps.</param>
internal sealed class ReadableStream<T>(IAsyncStreamReader<T> stream, CallRoom? room) : IAsyncStreamReader<T>
{
    public T Current => stream.Current;

    /// <exception cref="InvalidRequestException">SAL2601, SAL2602, SAL2608: the next message cannot be read.</exception>
    /// <exception cref="RetryLaterException">SAL2623: there is no memory for it.</exception>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            var isThere = await stream.MoveNext(cancellationToken);
            room?.Release();
            return isThere;
        }
        catch (Exception damaged) when (damaged is InvalidProtocolBufferException or InvalidDataException)
        {
            throw UnreadableCalls.Of(StatusCode.Unknown)!;
        }
        catch (RpcException refused)
            when (!cancellationToken.IsCancellationRequested && UnreadableCalls.Of(refused.StatusCode) is { } error)
        {
            throw error;
        }
    }
}

/// <summary>Puts it around the calls.</summary>
internal static class UnreadableCallsSetup
{
    /// <summary>Adds it.</summary>
    public static void UseUnreadableCalls(this IApplicationBuilder app) => app.UseMiddleware<UnreadableCalls>();
}
