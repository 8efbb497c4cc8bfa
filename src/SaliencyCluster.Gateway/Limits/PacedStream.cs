using Grpc.Core;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>How fast a caller has to send: who sends nothing holds a place, room and a call.</summary>
/// <param name="Idle">How long the next message may take.</param>
/// <param name="BytesPerSecond">The least rate, once the first minute is over; 0 asks for none.</param>
/// <param name="Whole">How long all messages may take.</param>
internal sealed record Pace(TimeSpan Idle, long BytesPerSecond, TimeSpan Whole)
{
    /// <summary>Gets the pace of a model, which is one file.</summary>
    public static Pace OfModel { get; } = new(TimeSpan.FromSeconds(30), 16 << 10, TimeSpan.FromHours(1));

    /// <summary>
    /// Gets the pace of the images of a job, which may be made while they are sent. The first ones are kept for a day before anything
    /// refers to them.
    /// </summary>
    public static Pace OfImages { get; } = new(TimeSpan.FromMinutes(2), 0, TimeSpan.FromHours(12));

    /// <summary>Holds a caller to it.</summary>
    /// <param name="stream">What the caller sends.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="size">The bytes of a message.</param>
    public PacedStream<T> Hold<T>(IAsyncStreamReader<T> stream, TimeProvider clock, Func<T, long> size) => new(stream, clock, this, size);
}

/// <summary>A stream of a caller that must make progress.</summary>
/// <param name="stream">What the caller sends.</param>
/// <param name="clock">The clock.</param>
/// <param name="pace">How fast.</param>
/// <param name="size">The bytes of a message.</param>
internal sealed class PacedStream<T>(IAsyncStreamReader<T> stream, TimeProvider clock, Pace pace, Func<T, long> size)
    : IAsyncStreamReader<T>
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly long _started = clock.GetTimestamp();
    private long _bytes;

    public T Current => stream.Current;

    /// <exception cref="SaliencyException">SAL2618: the caller is too slow.</exception>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var left = pace.Whole - clock.GetElapsedTime(_started);
        if (left <= TimeSpan.Zero) throw TooLong();
        using var late = new CancellationTokenSource(left < pace.Idle ? left : pace.Idle, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        bool isThere;
        try
        {
            isThere = await stream.MoveNext(linked.Token);
        }
        catch (Exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw left < pace.Idle ? TooLong() : TooSlow($"sent nothing for {pace.Idle.TotalSeconds:0} seconds");
        }
        if (!isThere) return false;
        _bytes += size(stream.Current);
        var elapsed = clock.GetElapsedTime(_started);
        if (elapsed > Grace && _bytes < pace.BytesPerSecond * elapsed.TotalSeconds)
            throw TooSlow($"sent {_bytes} bytes in {elapsed.TotalSeconds:0} seconds, less than {pace.BytesPerSecond} a second");
        return true;
    }

    private SaliencyException TooLong() => new(
        "SAL2618", $"The upload was ended, since it took longer than {pace.Whole:c}.", "Send fewer images with one call.");

    private static SaliencyException TooSlow(string what) => new("SAL2618", $"The upload was ended, since it {what}.", "Send it again without pauses.");
}
