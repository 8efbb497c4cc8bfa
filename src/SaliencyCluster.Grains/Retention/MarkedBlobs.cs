using System.Buffers.Binary;

namespace SaliencyCluster.Grains.Retention;

/// <summary>
/// Which blobs are in use: a Bloom filter of 16 MiB, so that its size does not depend on the number of blobs. It never forgets one that was
/// added. It may keep a few that were not (1 in 1000 at 9 million); those differ with every seed, so the next collection finds them.
/// </summary>
internal sealed class MarkedBlobs
{
    private const int Bits = 27, Slices = 8;
    private readonly ulong[] _words = new ulong[1 << (Bits - 6)];
    private readonly uint[] _factors;

    public MarkedBlobs(int seed)
    {
        var random = new Random(seed);
        _factors = [.. Enumerable.Range(0, Slices).Select(_ => (uint)random.Next() << 1 | 1)];
    }

    public void Add(string hash)
    {
        foreach (var bit in BitsOf(hash)) _words[bit >> 6] |= 1UL << (int)(bit & 63);
    }

    public bool Contains(string hash)
    {
        foreach (var bit in BitsOf(hash))
        {
            if ((_words[bit >> 6] & (1UL << (int)(bit & 63))) == 0) return false;
        }
        return true;
    }

    // The name is a SHA-256, so its parts are independent hashes already; odd factors mix them differently in every collection.
    private uint[] BitsOf(string hash)
    {
        var bytes = Convert.FromHexString(hash);
        var bits = new uint[Slices];
        for (var i = 0; i < Slices; i++)
            bits[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * i)) * _factors[i] >> (32 - Bits);
        return bits;
    }
}
