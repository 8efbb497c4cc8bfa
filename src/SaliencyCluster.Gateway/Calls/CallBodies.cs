using Grpc.AspNetCore.Server;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Limits;

namespace SaliencyCluster.Gateway.Calls;

/// <summary>Bounds the memory that the bodies of calls take: whoever serves a call gives it back as soon as it holds the
/// body no more.</summary>
internal sealed class CallBodies(RequestDelegate next, CallMemory memory, GatewayLimits limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if ((!HttpMethods.IsPost(request.Method) && !HttpMethods.IsPut(request.Method)) || !HoldsBody(context))
        {
            await next(context);
            return;
        }
        using var room = memory.Begin(context.Features.Get<Caller>()?.Tenant ?? CallLimits.AddressOf(context));
        context.Features.Set(room);
        if (request.ContentLength is { } length && !ErrorAnswer.IsGrpc(request))
        {
            try
            {
                // A longer one is refused by the server.
                room.Take(Math.Min(length, limits.MaxBodyBytes));
            }
            catch (RetryLaterException refused)
            {
                await ErrorAnswer.WriteAsync(context, refused);
                return;
            }
        }
        else
        {
            // Calls of gRPC do not announce how long they are.
            request.Body = new CountedBody(request.Body, room);
        }
        await next(context);
    }

    // Pages that take files pass them on as they come.
    private static bool HoldsBody(HttpContext context) => context.GetEndpoint()?.Metadata is { } metadata
        && (metadata.GetMetadata<GrpcMethodMetadata>() is not null || metadata.GetMetadata<WholeBody>() is not null);

    // Counts what is read. Sending stops where nobody reads.
    private sealed class CountedBody(Stream body, CallRoom room) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            if (read > 0) room.Take(read);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Bodies are read asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>Says of an endpoint that is no RPC that it reads the whole body into memory.</summary>
internal sealed record WholeBody;

/// <summary>Puts it around the calls, and finds what a call has.</summary>
internal static class CallBodiesSetup
{
    /// <summary>Adds it; behind what knows who calls.</summary>
    public static void UseCallBodies(this IApplicationBuilder app) => app.UseMiddleware<CallBodies>();

    /// <summary>Gets the memory that the body of a call takes; null where it is not counted.</summary>
    public static CallRoom? Room(this HttpContext context) => context.Features.Get<CallRoom>();
}
