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
    public async Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        (await AddAsync(content, ct)).Blob.Hash;

    /// <inheritdoc/>
    public async Task<AddedBlob> AddAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        var hash = HashingReader.HashOf(content.Span);
        return Touched(hash, content.Length) is { } present ? new(present, IsNew: false) : await StoreAsync(async file =>
        {
            await file.WriteAsync(content, ct);
            return hash;
        }, ct);
    }

    /// <inheritdoc/>
    public Task<bool> TakeBackAsync(BlobInfo added, CancellationToken ct = default)
    {
        // Each writing leaves a time of its own, so that clocks of several hosts need not agree. Asked before it is set aside as well,
        // since what others refer to must not be missed even for a moment.
        bool IsMine(DateTime written) => written == added.Written.UtcDateTime;
        return Task.FromResult(IsMine(File.GetLastWriteTimeUtc(PathOf(added.Hash))) && DeleteIf(added.Hash, IsMine));
    }

    /// <inheritdoc/>
    public async Task<BlobInfo> WriteAsync(Stream content, long maxBytes = long.MaxValue, CancellationToken ct = default)
    {
        var added = await StoreAsync(file => CopiedContent.CopyAsync(content, file, maxBytes, ct), ct);
        return added.Blob;
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
    public Task<bool> DeleteUnlessWrittenSinceAsync(string hash, DateTimeOffset since, CancellationToken ct = default) =>
        Task.FromResult(DeleteIf(hash, written => written < since.UtcDateTime));
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

    private bool DeleteIf(string hash, Func<DateTime, bool> isUnused)
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
            return false;
        }
        var goes = isUnused(File.GetLastWriteTimeUtc(aside));
        if (goes) File.Delete(aside);
        else File.Move(aside, path, overwrite: true);
        return goes;
    }

    private string PathOf(string hash) => Path.Combine(_root, BlobName.Checked(hash)[..2], hash);

    // The new time keeps the collector from removing a blob that somebody is about to refer to.
    private BlobInfo? Touched(string hash, long length)
    {
        var file = new FileInfo(PathOf(hash));
        if (!file.Exists || file.Length != length) return null;
        try
        {
            file.LastWriteTimeUtc = _time.GetUtcNow().UtcDateTime;
            // As it was stored: a file system may round.
            file.Refresh();
            return file.Exists ? new(hash, length, file.LastWriteTimeUtc) : null;
        }
        catch (Exception removed) when (removed is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // Of two who write the same bytes at once, one has made the blob. The other one's file takes its place, as that of a damaged one.
    private static bool MoveIfMissing(string temporary, string path)
    {
        if (FolderSync.LinkIfMissing(temporary, path)) return true;
        File.Move(temporary, path, overwrite: true);
        return false;
    }

    private async Task<AddedBlob> StoreAsync(Func<FileStream, Task<string>> write, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var temporary = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            string hash;
            long length;
            await using (var file = PrivateFiles.CreateNew(temporary, Buffer))
            {
                hash = await write(file);
                await file.FlushAsync(ct);
                file.Flush(flushToDisk: true);
                length = file.Length;
            }
            var path = PathOf(hash);
            File.SetLastWriteTimeUtc(temporary, _time.GetUtcNow().UtcDateTime);
            var written = File.GetLastWriteTimeUtc(temporary);
            PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
            var isNew = MoveIfMissing(temporary, path);
            FolderSync.Flush(Path.GetDirectoryName(path)!);
            return new(new(hash, length, written), isNew);
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
