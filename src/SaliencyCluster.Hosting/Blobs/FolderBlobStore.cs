using System.Runtime.CompilerServices;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Hosting.Files;

namespace SaliencyCluster.Hosting.Blobs;

/// <summary>
/// Blobs as files of a folder that all processes share. A blob is written to a temporary file, flushed to the disk and renamed, so that
/// after any crash it is there whole or not at all.
/// </summary>
public sealed class FolderBlobStore : IBlobStore
{
    private const int Buffer = 1 << 16;

    // Longer than anybody takes to write a blob.
    private static readonly TimeSpan LeftOver = TimeSpan.FromDays(1);
    private readonly string _root;
    private readonly string _incoming;
    private readonly TimeProvider _time;

    /// <summary>Opens a folder, made if it is missing.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9101: it cannot be made.</exception>
    public FolderBlobStore(string root, TimeProvider time)
    {
        (_root, _incoming, _time) = (Path.GetFullPath(root), Path.Combine(Path.GetFullPath(root), "incoming"), time);
        try
        {
            PrivateFiles.CreateFolder(_incoming);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw BlobErrors.NotWritable(_root, error);
        }
    }

    /// <inheritdoc/>
    public async Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        var hash = HashingReader.HashOf(content.Span);
        if (!TouchIfPresent(hash, content.Length))
            await StoreAsync(async file => { await file.WriteAsync(content, ct); return hash; }, ct);
        return hash;
    }

    /// <inheritdoc/>
    public async Task<BlobInfo> WriteAsync(Stream content, long maxBytes = long.MaxValue, CancellationToken ct = default)
    {
        long length = 0;
        var hash = await StoreAsync(
            async file =>
            {
                var copied = await CopiedContent.CopyAsync(content, file, maxBytes, ct);
                length = file.Length;
                return copied;
            },
            ct);
        return new(hash, length, _time.GetUtcNow());
    }

    /// <inheritdoc/>
    public async Task<byte[]> ReadAsync(string hash, CancellationToken ct = default)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(PathOf(hash), ct);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw BlobErrors.Missing(hash);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw BlobErrors.NotReachable(_root, error.Message, error);
        }
        return HashingReader.HashOf(bytes) == hash ? bytes : throw BlobErrors.Damaged(hash);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string hash, CancellationToken ct = default)
    {
        try
        {
            return Task.FromResult<Stream>(new HashingReader(File.OpenRead(PathOf(hash)), expected: hash, leaveOpen: false));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw BlobErrors.Missing(hash);
        }
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string hash, CancellationToken ct = default) => Task.FromResult(File.Exists(PathOf(hash)));

    /// <inheritdoc/>
    public Task DeleteAsync(string hash, CancellationToken ct = default)
    {
        var path = PathOf(hash);
        if (File.Exists(path)) File.Delete(path);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> DeleteUnlessWrittenSinceAsync(string hash, DateTimeOffset since, CancellationToken ct = default)
    {
        // Set aside first: whoever writes it from now on makes a new file, whoever did before has left a new time on this one.
        // Its name tells what it is, should the process end in between.
        var (path, aside) = (PathOf(hash), Path.Combine(_incoming, $"{hash}.{Guid.NewGuid():N}"));
        try
        {
            File.Move(path, aside);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult(false);
        }
        var isNew = File.GetLastWriteTimeUtc(aside) >= since.UtcDateTime;
        if (isNew) File.Move(aside, path, overwrite: true);
        else File.Delete(aside);
        return Task.FromResult(!isNew);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        await Task.CompletedTask;
        TidyUp();
        foreach (var file in new DirectoryInfo(_root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            ct.ThrowIfCancellationRequested();
            if (BlobName.IsHash(file.Name)) yield return new(file.Name, file.Length, file.LastWriteTimeUtc);
        }
    }

    // What processes left that ended in the middle: unfinished files go, a blob that was set aside comes back.
    private void TidyUp()
    {
        foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles())
        {
            if (file.LastWriteTimeUtc > (_time.GetUtcNow() - LeftOver).UtcDateTime) continue;
            try
            {
                if (file.Name.Split('.')[0] is var hash && BlobName.IsHash(hash) && !File.Exists(PathOf(hash))) file.MoveTo(PathOf(hash));
                else file.Delete();
            }
            catch (FileNotFoundException)
            {
                // Whoever set it aside was only slow.
            }
        }
    }

    private string PathOf(string hash) => Path.Combine(_root, BlobName.Checked(hash)[..2], hash);

    // The new time keeps the collector from removing a blob that somebody is about to refer to.
    private bool TouchIfPresent(string hash, long length)
    {
        var file = new FileInfo(PathOf(hash));
        if (!file.Exists || file.Length != length) return false;
        try
        {
            file.LastWriteTimeUtc = _time.GetUtcNow().UtcDateTime;
            return true;
        }
        catch (Exception removed) when (removed is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private async Task<string> StoreAsync(Func<FileStream, Task<string>> write, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var temporary = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            string hash;
            await using (var file = PrivateFiles.CreateNew(temporary, Buffer))
            {
                hash = await write(file);
                await file.FlushAsync(ct);
                file.Flush(flushToDisk: true);
            }
            var path = PathOf(hash);
            File.SetLastWriteTimeUtc(temporary, _time.GetUtcNow().UtcDateTime);
            PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
            FolderSync.Flush(Path.GetDirectoryName(path)!);
            return hash;
        }
        catch (ContentException error)
        {
            error.ThrowCause();
            throw;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw BlobErrors.NotWritable(_root, error);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }
}
