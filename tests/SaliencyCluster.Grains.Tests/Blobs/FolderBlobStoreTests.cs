using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Blobs;

public sealed class FolderBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Incoming => Path.Combine(_folder.Path, "incoming");

    private readonly FolderBlobStore _store;

    public FolderBlobStoreTests() => _store = new(_folder.Path, TimeProvider.System);

    private protected override IBlobStore Store => _store;

    public void Dispose() => _folder.Dispose();

    private protected override string FileOf(string hash) => Path.Combine(_folder.Path, hash[..2], hash);

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_coded_error()
    {
        // Cannot be written by anybody, whoever runs the tests.
        Directory.Delete(Incoming);
        await File.WriteAllBytesAsync(Incoming, [], Test.Token);
        var error = await Assert.ThrowsAsync<SaliencyException>(() => _store.WriteAsync(new MemoryStream([1]), ct: Test.Token));
        Assert.Equal("SAL9101", error.Code);
    }

    [Fact]
    public async Task Content_that_cannot_be_read_is_no_error_of_the_store_and_leaves_nothing_behind()
    {
        await Assert.ThrowsAsync<IOException>(() => _store.WriteAsync(new FailingStream(), ct: Test.Token));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_a_writer_left_that_was_killed_goes_after_a_day_and_a_blob_that_was_set_aside_comes_back()
    {
        var hash = await _store.WriteAsync(new byte[10], Test.Token);
        File.Move(FileOf(hash), Path.Combine(Incoming, $"{hash}.{Guid.NewGuid():N}"));
        await File.WriteAllBytesAsync(Path.Combine(Incoming, Guid.NewGuid().ToString("N")), [1], Test.Token);
        Assert.Empty(await _store.ListAsync(Test.Token).ToListAsync(Test.Token));
        var tomorrow = new FolderBlobStore(_folder.Path, new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(25)));
        Assert.Equal([hash], await tomorrow.ListAsync(Test.Token).Select(b => b.Hash).ToListAsync(Test.Token));
        Assert.Empty(Directory.EnumerateFiles(Incoming));
        Assert.Equal(new byte[10], await _store.ReadAsync(hash, Test.Token));
    }

    [Fact]
    public async Task What_was_added_can_be_taken_back_unless_anybody_has_written_it_since()
    {
        var mine = await _store.AddAsync(new byte[10], Test.Token);
        Assert.Equal((true, 10), (mine.IsNew, mine.Blob.Length));
        var other = new FolderBlobStore(_folder.Path, new FakeTimeProvider(mine.Blob.Written - TimeSpan.FromHours(1)));
        var theirs = await other.AddAsync(new byte[10], Test.Token);
        Assert.False(theirs.IsNew);
        // Whatever the other host takes for the time.
        Assert.False(await _store.TakeBackAsync(mine.Blob, Test.Token));
        Assert.True(await _store.ExistsAsync(mine.Blob.Hash, Test.Token));
        Assert.True(await other.TakeBackAsync(theirs.Blob, Test.Token));
        Assert.False(await other.TakeBackAsync(theirs.Blob, Test.Token));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Of_many_who_add_the_same_bytes_at_once_one_has_made_the_blob()
    {
        for (var round = 0; round < 20; round++)
        {
            var bytes = BitConverter.GetBytes(round);
            var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _store.AddAsync(bytes, Test.Token))));
            Assert.Single(added, a => a.IsNew);
            Assert.Equal(bytes, await _store.ReadAsync(added[0].Blob.Hash, Test.Token));
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_read_is_a_coded_error()
    {
        var hash = await _store.WriteAsync(new byte[10], Test.Token);
        File.Delete(FileOf(hash));
        // Cannot be read as a file by anybody, whoever runs the tests.
        Directory.CreateDirectory(FileOf(hash));
        Assert.Equal("SAL9105", (await Assert.ThrowsAsync<SaliencyException>(() => _store.ReadAsync(hash, Test.Token))).Code);
    }

    // Stands for a caller that hangs up.
    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The caller is gone.");
    }
}
