using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Blobs;

public sealed class FolderBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FolderBlobStore _store;

    public FolderBlobStoreTests() => _store = new(_folder.Path, TimeProvider.System);

    private protected override IBlobStore Store => _store;

    public void Dispose() => _folder.Dispose();

    private protected override string FileOf(string hash) => Path.Combine(_folder.Path, hash[..2], hash);

    [Fact]
    public async Task A_full_disk_is_a_coded_error_and_leaves_nothing_behind()
    {
        var error = await Assert.ThrowsAsync<SaliencyException>(() => _store.WriteAsync(new FailingStream(), ct: Test.Token));
        Assert.Equal("SAL9101", error.Code);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
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

    // Stands for a disk that fills up while a blob is written: the store sees an IOException either way.
    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device");
    }
}
