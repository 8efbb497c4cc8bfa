using Google.Protobuf;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.TestKit.Fuzzing;

/// <summary>Makes bad models of good ones. Input n of a seed is always the same bytes.</summary>
public sealed class ModelMutator(IReadOnlyList<byte[]> corpus, int seed)
{
    /// <summary>
    /// One mutated file: mostly changed as a model, so that it passes the first checks, sometimes as bytes, sometimes both.
    /// </summary>
    public byte[] Next(long index)
    {
        var random = new Random(HashCode(seed, index));
        var bytes = corpus[random.Next(corpus.Count)];
        var kind = random.Next(8);
        if (kind < 6) bytes = AsModel(bytes, random);
        if (kind > 4) bytes = ByteMutation.Apply(bytes, random);
        return bytes;
    }

    private static byte[] AsModel(byte[] bytes, Random random)
    {
        var model = ModelProto.Parser.ParseFrom(bytes);
        for (var n = 1 + random.Next(4); n > 0; n--) MessageMutation.Apply(model, random);
        return model.ToByteArray();
    }

    // Not System.HashCode: that differs from process to process.
    private static int HashCode(int seed, long index)
    {
        var h = (ulong)index * 0x9E3779B97F4A7C15UL + (uint)seed;
        h ^= h >> 31;
        h *= 0xBF58476D1CE4E5B9UL;
        return (int)(h >> 33);
    }
}
