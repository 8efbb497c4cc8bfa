using System.Security.Cryptography;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Blobs;

/// <summary>What every blob store promises.</summary>
public abstract class BlobStoreContract
{
    private protected abstract IBlobStore Store { get; }

    /// <summary>Gets the file in which the store keeps a blob.</summary>
    private protected abstract string FileOf(string hash);

    [Fact]
    public async Task Blobs_are_named_by_the_hash_of_their_bytes_and_read_back()
    {
        var content = Content(1, 3);
        var hash = await Store.WriteAsync(content, Test.Token);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), hash);
        Assert.Equal(content, await Store.ReadAsync(hash, Test.Token));
        Assert.Equal(hash, await Store.WriteAsync(content, Test.Token));
        var again = await Store.WriteAsync(new MemoryStream(content), ct: Test.Token);
        Assert.Equal((hash, 3), (again.Hash, again.Length));
        Assert.Equal([(hash, 3L)], (await ListAsync()).Where(b => b.Hash == hash).Select(b => (b.Hash, b.Length)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(17_000_001)]
    public async Task Blobs_of_any_size_are_written_and_read_whole_and_as_streams(int length)
    {
        var content = Content(2, length);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        Assert.Equal(hash, (await Store.WriteAsync(new OneWayStream(content), ct: Test.Token)).Hash);
        Assert.Equal(content, await Store.ReadAsync(hash, Test.Token));
        await using var stream = await Store.OpenAsync(hash, Test.Token);
        var read = new MemoryStream();
        await stream.CopyToAsync(read, Test.Token);
        Assert.Equal(content, read.ToArray());
    }

    [Fact]
    public async Task Writers_of_the_same_bytes_at_once_leave_one_whole_blob()
    {
        var content = Content(3, 300_000);
        var hashes = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => i % 2 == 0
            ? Store.WriteAsync(content, Test.Token)
            : WrittenAsync(new OneWayStream(content))));
        Assert.Single(hashes.Distinct());
        Assert.Equal(content, await Store.ReadAsync(hashes[0], Test.Token));
    }

    [Fact]
    public async Task Damaged_blobs_are_refused_whole_and_as_a_stream()
    {
        var hash = await Store.WriteAsync(Content(4, 100_000), Test.Token);
        await using (var file = File.OpenWrite(FileOf(hash)))
        {
            file.Position = 70_000;
            file.WriteByte(1);
            file.WriteByte(2);
        }
        Assert.Equal("SAL9104", (await Assert.ThrowsAsync<SaliencyException>(() => Store.ReadAsync(hash, Test.Token))).Code);
        await using var stream = await Store.OpenAsync(hash, Test.Token);
        Assert.Equal("SAL9104", (await Assert.ThrowsAsync<SaliencyException>(() => stream.CopyToAsync(Stream.Null, Test.Token))).Code);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("../../etc/passwd")]
    public async Task Missing_blobs_and_names_that_are_no_hashes_are_refused(string name)
    {
        Assert.Equal("SAL9102", (await Assert.ThrowsAsync<SaliencyException>(() => Store.ReadAsync(name, Test.Token))).Code);
        Assert.Equal("SAL9102", (await Assert.ThrowsAsync<SaliencyException>(() => Store.OpenAsync(name, Test.Token))).Code);
    }

    [Fact]
    public async Task A_stream_over_the_limit_leaves_nothing_behind()
    {
        var before = await ListAsync();
        var error = await Assert.ThrowsAsync<SaliencyException>(() => Store.WriteAsync(new MemoryStream(Content(5, 200_000)), 100_000, Test.Token));
        Assert.Equal("SAL9103", error.Code);
        Assert.Equal(before.Count, (await ListAsync()).Count);
    }

    [Fact]
    public async Task A_removed_blob_is_gone_and_can_be_written_again()
    {
        var hash = await Store.WriteAsync(Content(6, 10), Test.Token);
        Assert.True(await Store.ExistsAsync(hash, Test.Token));
        await Store.DeleteAsync(hash, Test.Token);
        await Store.DeleteAsync(hash, Test.Token);
        Assert.False(await Store.ExistsAsync(hash, Test.Token));
        Assert.Equal(hash, await Store.WriteAsync(Content(6, 10), Test.Token));
        Assert.True(await Store.ExistsAsync(hash, Test.Token));
    }

    [Fact]
    public async Task An_old_blob_is_removed_but_not_one_that_was_written_again()
    {
        var (old, renewed) = (await Store.WriteAsync(Content(7, 10), Test.Token), await Store.WriteAsync(Content(8, 10), Test.Token));
        var now = TimeProvider.System.GetUtcNow();
        foreach (var hash in new[] { old, renewed }) File.SetLastWriteTimeUtc(FileOf(hash), now.UtcDateTime.AddHours(-2));
        Assert.False(await Store.DeleteUnlessWrittenSinceAsync(old, now.AddHours(-3), Test.Token));
        await Store.WriteAsync(Content(8, 10), Test.Token);
        Assert.True(await Store.DeleteUnlessWrittenSinceAsync(old, now.AddHours(-1), Test.Token));
        Assert.False(await Store.DeleteUnlessWrittenSinceAsync(renewed, now.AddHours(-1), Test.Token));
        Assert.False(await Store.DeleteUnlessWrittenSinceAsync(old, now.AddHours(-1), Test.Token));
        Assert.False(await Store.ExistsAsync(old, Test.Token));
        Assert.Equal(Content(8, 10), await Store.ReadAsync(renewed, Test.Token));
    }

    private async Task<string> WrittenAsync(Stream content) => (await Store.WriteAsync(content, ct: Test.Token)).Hash;

    private protected async Task<List<BlobInfo>> ListAsync() => await Store.ListAsync(Test.Token).ToListAsync(Test.Token);

    // Each test has its own bytes, since stores of one server are shared.
    private static byte[] Content(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    // As an upload: its length is not known, and it cannot go back.
    private sealed class OneWayStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
