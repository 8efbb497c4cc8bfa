using SaliencyCluster.Hosting.Files;

namespace SaliencyCluster.Hosting.Blobs.S3;

/// <summary>A stream of unknown length in a temporary file, with its hash. The file goes with this object, and with the process.</summary>
internal sealed class Spool : IAsyncDisposable
{
    private const int Buffer = 1 << 16;

    private Spool(FileStream content, string hash) => (Content, Hash) = (content, hash);

    public FileStream Content { get; }

    public string Hash { get; }

    public long Length => Content.Length;

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9101: no room for temporary files. SAL9103: too long.</exception>
    public static async Task<Spool> ReadAsync(Stream content, long maxBytes, CancellationToken ct)
    {
        var path = Path.Combine(Path.GetTempPath(), "saliency-" + Guid.NewGuid().ToString("N"));
        FileStream? file = null;
        try
        {
            file = PrivateFiles.CreateNew(path, Buffer, FileAccess.ReadWrite, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
            var hash = await CopiedContent.CopyAsync(content, file, maxBytes, ct);
            file.Position = 0;
            return new(file, hash);
        }
        catch (Exception error)
        {
            if (file is not null) await file.DisposeAsync();
            if (error is ContentException unread) unread.ThrowCause();
            if (error is IOException or UnauthorizedAccessException) throw BlobErrors.NotWritable($"(temporary file {path})", error);
            throw;
        }
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
