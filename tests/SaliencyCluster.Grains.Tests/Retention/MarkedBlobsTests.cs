using System.Security.Cryptography;
using SaliencyCluster.Grains.Retention;

namespace SaliencyCluster.Grains.Tests.Retention;

public sealed class MarkedBlobsTests
{
    [Fact]
    public void Every_blob_that_was_marked_is_known_and_hardly_any_other()
    {
        var marked = new MarkedBlobs(seed: 5);
        foreach (var i in Enumerable.Range(0, 100_000)) marked.Add(Hash(i));
        Assert.All(Enumerable.Range(0, 100_000), i => Assert.True(marked.Contains(Hash(i))));
        Assert.InRange(Enumerable.Range(100_000, 100_000).Count(i => marked.Contains(Hash(i))), 0, 5);
    }

    [Fact]
    public void Blobs_that_one_seed_takes_for_marked_are_found_with_another()
    {
        // So many that a few others pass: 20 million bits of 134 million.
        var (one, two) = (new MarkedBlobs(seed: 1), new MarkedBlobs(seed: 2));
        for (var i = 0; i < 8_000_000; i++)
        {
            var hash = Pseudo(i);
            one.Add(hash);
            two.Add(hash);
        }
        var passed = Enumerable.Range(0, 50_000).Select(i => Hash(i)).Where(one.Contains).ToList();
        Assert.InRange(passed.Count, 1, 500);
        Assert.InRange(passed.Count(two.Contains), 0, 1 + passed.Count / 10);
    }

    private static string Hash(int number) => Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));

    // Faster than SHA-256, and as even.
    private static string Pseudo(int number)
    {
        Span<byte> bytes = stackalloc byte[32];
        var mixer = new System.IO.Hashing.XxHash3(number);
        for (var i = 0; i < 4; i++)
        {
            mixer.Append([(byte)i]);
            BitConverter.TryWriteBytes(bytes[(8 * i)..], mixer.GetCurrentHashAsUInt64());
        }
        return Convert.ToHexStringLower(bytes);
    }
}
