using System.Security.Cryptography;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Blobs;

public sealed class FolderBlobStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FolderBlobStore _store;

    public FolderBlobStoreTests() => _store = new(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Blobs_are_named_by_the_hash_of_their_bytes_and_read_back()
    {
        byte[] content = [1, 2, 3];
        var hash = await _store.WriteAsync(content, Test.Token);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), hash);
        Assert.Equal(content, await _store.ReadAsync(hash, Test.Token));
        Assert.Equal(hash, await _store.WriteAsync(content, Test.Token));
        Assert.Equal(hash, (await _store.WriteAsync(new MemoryStream(content), ct: Test.Token)).Hash);
        Assert.Equal([hash], await ListAsync());
    }

    [Fact]
    public async Task Damaged_blobs_are_refused_whole_and_as_a_stream()
    {
        var hash = await _store.WriteAsync(new byte[100_000], Test.Token);
        await using (var file = File.OpenWrite(Path.Combine(_folder.Path, hash[..2], hash)))
        {
            file.Position = 70_000;
            file.WriteByte(1);
        }
        Assert.Equal("SAL9104", (await Assert.ThrowsAsync<SaliencyException>(() => _store.ReadAsync(hash, Test.Token))).Code);
        await using var stream = await _store.OpenAsync(hash, Test.Token);
        Assert.Equal("SAL9104", (await Assert.ThrowsAsync<SaliencyException>(() => stream.CopyToAsync(Stream.Null, Test.Token))).Code);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("../../etc/passwd")]
    public async Task Missing_blobs_and_names_that_are_no_hashes_are_refused(string name)
    {
        Assert.Equal("SAL9102", (await Assert.ThrowsAsync<SaliencyException>(() => _store.ReadAsync(name, Test.Token))).Code);
        Assert.Equal("SAL9102", (await Assert.ThrowsAsync<SaliencyException>(() => _store.OpenAsync(name, Test.Token))).Code);
    }

    [Fact]
    public async Task A_stream_over_the_limit_leaves_nothing_behind()
    {
        var error = await Assert.ThrowsAsync<SaliencyException>(() => _store.WriteAsync(new MemoryStream(new byte[200_000]), 100_000, Test.Token));
        Assert.Equal("SAL9103", error.Code);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_full_disk_is_a_coded_error_and_leaves_nothing_behind()
    {
        var error = await Assert.ThrowsAsync<SaliencyException>(() => _store.WriteAsync(new FailingStream(), ct: Test.Token));
        Assert.Equal("SAL9101", error.Code);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_removed_blob_is_gone()
    {
        var hash = await _store.WriteAsync(new byte[] { 1 }, Test.Token);
        await _store.DeleteAsync(hash, Test.Token);
        await _store.DeleteAsync(hash, Test.Token);
        Assert.False(await _store.ExistsAsync(hash, Test.Token));
    }

    private async Task<List<string>> ListAsync()
    {
        var found = new List<string>();
        await foreach (var blob in _store.ListAsync(Test.Token)) found.Add(blob.Hash);
        return found;
    }

    // Stands for a disk that fills up while a blob is written: the store sees an IOException either way.
    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device");
    }
}
