using System.Runtime.InteropServices;
using Google.Protobuf;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Results;

/// <summary>Cuts maps so that every piece fits a message.</summary>
internal static class MapChunks
{
    /// <summary>Gets the pieces in order. The bytes are copied: the values may be reused as soon as a piece is taken.</summary>
    public static IEnumerable<TensorChunk> Of(IReadOnlyList<int> shape, ReadOnlyMemory<float> values)
    {
        const int Elements = GatewayLimits.PieceBytes / sizeof(float);
        for (var start = 0; start < values.Length; start += Elements)
        {
            var piece = values.Slice(start, Math.Min(Elements, values.Length - start));
            var chunk = new TensorChunk { Offset = (long)start * sizeof(float), Data = ByteString.CopyFrom(MemoryMarshal.AsBytes(piece.Span)) };
            chunk.Shape.AddRange(shape.Select(d => (long)d));
            yield return chunk;
        }
    }
}
