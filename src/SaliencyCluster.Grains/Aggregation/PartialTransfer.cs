using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Serialization;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>Turns partial sums into messages and back.</summary>
internal static class PartialTransfer
{
    /// <summary>The largest message in bytes: larger ones delay probes and, over Orleans' limit, end the connection.</summary>
    public const long MaxBytes = 64 << 20;

    /// <summary>Wraps a partial for sending; make a new message for every attempt, since the receiver owns what it gets.</summary>
    /// <exception cref="SaliencyException">SAL4104: the maps are too large to send.</exception>
    public static PartialMessage ToMessage(this Partial partial, string worker)
    {
        var message = new PartialMessage
        {
            Round = partial.Round,
            Level = partial.Level,
            Index = partial.Index,
            Sum = Wrap(partial.Sum),
            SquaredSum = Wrap(partial.SquaredSum),
            Scores = PooledTensor.Of([partial.Scores.Length], partial.Scores),
            Outputs = partial.Outputs is null ? null : PooledTensor.Of([partial.Outputs.Length], partial.Outputs),
            OutputShape = partial.OutputShape is null ? null : [.. partial.OutputShape],
            Checksum = 0,
            Worker = worker,
        };
        if (Bytes(message) > MaxBytes)
        {
            throw new SaliencyException("SAL4104", $"A partial sum of {Bytes(message)} bytes is larger than the {MaxBytes} bytes that one message may have.",
                "Use smaller images or smaller shards.");
        }
        return message with { Checksum = PartialChecksum.Of(message) };
    }

    /// <summary>Copies a partial out of a message and gives the message's memory back.</summary>
    public static Partial Take(this PartialMessage message)
    {
        var partial = new Partial(message.Round, message.Level, message.Index, Unwrap(message.Sum), Unwrap(message.SquaredSum),
            message.Scores.ToArray(), message.Outputs?.ToArray()) { OutputShape = message.OutputShape };
        message.Release();
        return partial;
    }

    /// <summary>Gives the message's memory back.</summary>
    public static void Release(this PartialMessage message)
    {
        message.Sum?.Dispose();
        message.SquaredSum?.Dispose();
        message.Scores.Dispose();
        message.Outputs?.Dispose();
    }

    public static long Bytes(PartialMessage message) =>
        sizeof(float) * ((message.Sum?.Length ?? 0L) + (message.SquaredSum?.Length ?? 0) + message.Scores.Length + (message.Outputs?.Length ?? 0));

    private static PooledTensor? Wrap(Tensor? tensor) => tensor is null ? null : PooledTensor.Of(tensor.Shape, tensor.Data);

    private static Tensor? Unwrap(PooledTensor? tensor) => tensor is null ? null : new(tensor.Shape, tensor.ToArray());
}
