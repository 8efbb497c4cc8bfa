using System.IO.Hashing;
using System.Runtime.InteropServices;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Serialization;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>Detects sums that were damaged between the device that made them and the aggregator.</summary>
internal static class PartialChecksum
{
    /// <summary>Hashes place and elements of a partial (XXH3, 64 bits).</summary>
    public static ulong Of(PartialMessage message)
    {
        var hash = new XxHash3();
        ReadOnlySpan<int> place = [message.Round, message.Level, message.Index];
        hash.Append(MemoryMarshal.AsBytes(place));
        Append(hash, message.Sum);
        Append(hash, message.SquaredSum);
        Append(hash, message.Scores);
        Append(hash, message.Outputs);
        return hash.GetCurrentHashAsUInt64();
    }

    private static void Append(XxHash3 hash, PooledTensor? tensor)
    {
        if (tensor is null) return;
        hash.Append(MemoryMarshal.AsBytes<int>(tensor.Shape));
        hash.Append(MemoryMarshal.AsBytes(tensor.Span));
    }
}
