using System.Security.Cryptography;
using System.Text;
using SaliencyCluster.Attribution;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>
/// Maps of an evaluation's batches as blobs: the hash of the image's key in front of a <c>.npy</c> file. So equal maps of other work are other
/// blobs, and a batch can remove its maps as soon as they are measured.
/// </summary>
internal static class BatchMap
{
    public static byte[] Write(ImageKey image, Tensor map) => [.. SHA256.HashData(Encoding.UTF8.GetBytes(image.ToString())), .. NpyFile.Write(map)];

    public static Tensor Read(byte[] blob, string source) => NpyFile.Read(blob.AsSpan(SHA256.HashSizeInBytes), source);
}
