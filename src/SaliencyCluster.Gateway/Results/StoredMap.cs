using System.Runtime.CompilerServices;
using Google.Protobuf;
using SaliencyCluster.Attribution;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using TensorChunk = SaliencyCluster.Protocol.V1.TensorChunk;

namespace SaliencyCluster.Gateway.Results;

/// <summary>Reads a map from where the cluster stored it.</summary>
internal static class StoredMap
{
    public static async Task<Tensor> ReadAsync(IBlobStore blobs, string hash, CancellationToken cancellation) =>
        NpyFile.Read(await blobs.ReadAsync(hash, cancellation), hash);

    /// <summary>Gets the pieces of a map in order, from its file as it is: one of them is in memory at a time.</summary>
    /// <exception cref="SaliencyException">SAL2110, SAL9104: the file is damaged; thrown before the last piece.</exception>
    public static async IAsyncEnumerable<TensorChunk> ChunksAsync(IBlobStore blobs, string hash, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var file = await blobs.OpenAsync(hash, cancellation);
        var shape = await NpyFile.ReadShapeAsync(file, hash, cancellation);
        var bytes = shape.Aggregate((long)sizeof(float), (n, d) => n * d);
        for (var offset = 0L; offset < bytes; offset += GatewayLimits.PieceBytes)
        {
            var piece = new byte[Math.Min(GatewayLimits.PieceBytes, bytes - offset)];
            var read = await file.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellation);
            // The store checks a file when its end is read.
            var isLast = offset + piece.Length == bytes;
            if (read < piece.Length || (isLast && await file.ReadAsync(new byte[1], cancellation) > 0)) throw new SaliencyException(
                "SAL2110", $"The stored map {hash} has another number of bytes than its shape [{string.Join(',', shape)}] needs.", "Explain the image again.");
            // Nobody else has the array.
            var chunk = new TensorChunk { Offset = offset, Data = UnsafeByteOperations.UnsafeWrap(piece) };
            chunk.Shape.AddRange(shape.Select(d => (long)d));
            yield return chunk;
        }
    }
}
