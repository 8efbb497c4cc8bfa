using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace SaliencyCluster.Client.Tests.Fakes;

/// <summary>
/// A transport whose stream never takes what is written and never lets go of the write, whatever token is cancelled: what HTTP/2 comes
/// to when an answer ends the stream before the transport was told to give up the write under way.
/// </summary>
/// <param name="status">What the gateway answers as soon as a write was begun; null lets it never answer.</param>
internal sealed class FullTransport(StatusCode? status) : HttpMessageHandler
{
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets what ends when a write was begun.</summary>
    public Task WriteBegun => _written.Task;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The copying ends with the call, not with the write: nobody waits for it, as in the real transport.
        _ = request.Content!.CopyToAsync(new FullStream(_written), CancellationToken.None);
        await _written.Task.WaitAsync(cancellationToken);
        if (status is null) await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, RequestMessage = request, Content = new ByteArrayContent([]) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        response.Headers.Add("grpc-status", $"{(int)status!.Value}");
        response.Headers.Add("grpc-message", "no room");
        return response;
    }

    /// <summary>A stream that is full and stays full.</summary>
    private sealed class FullStream(TaskCompletionSource written) : Stream
    {
        private readonly TaskCompletionSource _never = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            written.TrySetResult();
            return new(_never.Task);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
