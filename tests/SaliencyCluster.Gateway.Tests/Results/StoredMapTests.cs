using SaliencyCluster.Attribution;
using SaliencyCluster.Gateway.Results;
using SaliencyCluster.Gateway.Tests.Fakes;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Results;

public sealed class StoredMapTests
{
    private readonly MemoryBlobs _blobs = new();

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 18)]
    [InlineData((1 << 18) + 1)]
    [InlineData(600_000)]
    public async Task A_stored_map_is_sent_as_the_pieces_of_its_file(int elements)
    {
        var map = new Tensor([1, elements], [.. Enumerable.Range(0, elements).Select(i => (float)i)]);
        var sent = await StoredMap.ChunksAsync(_blobs, await WriteAsync(NpyFile.Write(map)), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(MapChunks.Of(map.Shape, map.Data), sent);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-4096)]
    public async Task A_damaged_file_is_refused_before_its_last_piece(int change)
    {
        var file = NpyFile.Write(new([1024], new float[1024]));
        var damaged = change < 0 ? file[..Math.Max(5, file.Length + change)] : [.. file, 0];
        var hash = await WriteAsync(damaged);
        var error = await Assert.ThrowsAsync<SaliencyException>(async () =>
            await StoredMap.ChunksAsync(_blobs, hash, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal("SAL2110", error.Code);
    }

    [Fact]
    public async Task A_file_of_other_elements_or_of_none_is_refused()
    {
        var file = NpyFile.Write(new([4], new float[4]));
        file.AsSpan(file.AsSpan().IndexOf("<f4"u8), 3)[2] = (byte)'8';
        foreach (var bytes in (byte[][])[file, [], "not a map at all"u8.ToArray()])
        {
            var hash = await WriteAsync(bytes);
            Assert.Equal("SAL2110", (await Assert.ThrowsAsync<SaliencyException>(async () =>
                await StoredMap.ChunksAsync(_blobs, hash, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken))).Code);
        }
    }

    private Task<string> WriteAsync(byte[] file) => _blobs.WriteAsync(file, TestContext.Current.CancellationToken);
}
