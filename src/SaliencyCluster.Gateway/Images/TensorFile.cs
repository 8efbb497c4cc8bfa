using System.Runtime.InteropServices;
using SaliencyCluster.Attribution;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Gateway.Images;

/// <summary>Turns a tensor of the wire into the file that images are stored as.</summary>
internal static class TensorFile
{
    private const int MaxRank = 8;

    /// <exception cref="InvalidRequestException">SAL2610: the shape does not fit the bytes.</exception>
    public static byte[] Of(IReadOnlyList<long> shape, ReadOnlyMemory<byte> data, string name, string field)
    {
        var text = $"[{string.Join(',', shape)}]";
        if (shape.Count is 0 or > MaxRank || shape.Any(d => d is < 1 or > int.MaxValue))
        {
            throw InvalidRequestException.Of("SAL2610", $"{field}.shape", $"The shape of the image '{name}' is {text}; it must have 1 to {MaxRank} dimensions of at least 1.",
                "Send the dimensions without batch, such as [3,224,224].");
        }
        // In floating point, since a hostile shape overflows everything else; equal for any size that can be sent.
        if (shape.Aggregate(1.0, (n, d) => n * d) * sizeof(float) != data.Length)
        {
            throw InvalidRequestException.Of("SAL2610", $"{field}.shape", $"The shape of the image '{name}' is {text}, but it has {data.Length} bytes.",
                "Send 4 bytes (float32, little endian) for each element of the shape.");
        }
        return NpyFile.Write(new Tensor([.. shape.Select(d => (int)d)], MemoryMarshal.Cast<byte, float>(data.Span).ToArray()));
    }
}
