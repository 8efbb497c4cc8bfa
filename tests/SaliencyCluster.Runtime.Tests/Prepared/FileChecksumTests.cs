using SaliencyCluster.Runtime.Prepared;

namespace SaliencyCluster.Runtime.Tests.Prepared;

public sealed class FileChecksumTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    // Expected values are those of System.IO.Hashing.XxHash64.
    [Theory]
    [InlineData(0, 0xEF46DB3751D8E999)]
    [InlineData(1, 0xE934A84ADB052768)]
    [InlineData(3, 0xE5D2BE4AE4B3469A)]
    [InlineData(4, 0x3B4D7F7C6BD1AE90)]
    [InlineData(7, 0xF952F1901A5AFC9B)]
    [InlineData(8, 0x506834122CB7B4D0)]
    [InlineData(12, 0xE02E21ACF6BE1370)]
    [InlineData(31, 0xF9C815C599CBB32D)]
    [InlineData(32, 0xBA7BAFD4734262DD)]
    [InlineData(33, 0x791CBE857E7FA007)]
    [InlineData(63, 0xCC8B2A542E4A451E)]
    [InlineData(64, 0xD14BF0119FD250A1)]
    [InlineData(100, 0x2BDDAAD0EE8A2178)]
    [InlineData(1000, 0xD40ACA60BCF45C1E)]
    [InlineData(4096, 0xC4DE682C3C1293FE)]
    public void Is_XXH64(int length, ulong expected) => Assert.Equal(expected, FileChecksum.Of(Bytes(length)));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(32)]
    [InlineData((1 << 18) - 1)]
    [InlineData(1 << 18)]
    [InlineData((3 << 18) + 77)]
    public void A_file_has_the_checksum_of_its_bytes(int length)
    {
        File.WriteAllBytes(_file, Bytes(length));
        Assert.Equal(FileChecksum.Of(Bytes(length)), FileChecksum.Of(_file));
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 + i / 256))];
}
