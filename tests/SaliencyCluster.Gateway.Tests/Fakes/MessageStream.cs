using Grpc.Core;

namespace SaliencyCluster.Gateway.Tests.Fakes;

/// <summary>A client stream of given messages.</summary>
internal sealed class MessageStream<T>(params IEnumerable<T> messages) : IAsyncStreamReader<T>
{
    private readonly IEnumerator<T> _messages = messages.GetEnumerator();

    public T Current => _messages.Current;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_messages.MoveNext());
    }
}
