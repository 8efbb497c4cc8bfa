using Grpc.Core;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>A stream of a caller that must make progress: who sends nothing holds what others wait for.</summary>
/// <param name="stream">What the caller sends.</param>
/// <param name="clock">The clock.</param>
/// <param name="idle">How long the next message may take.</param>
/// <param name="bytesPerSecond">The least rate, once the first minute is over; 0 asks for none.</param>
/// <param name="size">The bytes of a message.</param>
internal sealed class PacedStream<T>(IAsyncStreamReader<T> stream, TimeProvider clock, TimeSpan idle, long bytesPerSecond, Func<T, long> size) : IAsyncStreamReader<T>
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly long _started = clock.GetTimestamp();
    private long _bytes;

    public T Current => stream.Current;

    /// <exception cref="SaliencyException">SAL2618: the caller is too slow.</exception>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(idle, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        bool isThere;
        try
        {
            isThere = await stream.MoveNext(linked.Token);
        }
        catch (Exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw TooSlow($"sent nothing for {idle.TotalSeconds:0} seconds");
        }
        if (!isThere) return false;
        _bytes += size(stream.Current);
        var elapsed = clock.GetElapsedTime(_started);
        if (elapsed > Grace && _bytes < bytesPerSecond * elapsed.TotalSeconds) throw TooSlow($"sent {_bytes} bytes in {elapsed.TotalSeconds:0} seconds, less than {bytesPerSecond} a second");
        return true;
    }

    private static SaliencyException TooSlow(string what) => new("SAL2618", $"The upload was ended, since it {what}.", "Send it again without pauses.");
}
