using System.Runtime.ExceptionServices;

namespace SaliencyCluster.Hosting.Blobs;

/// <summary>Copies a stream into a file, hashed on the way and held to a limit.</summary>
internal static class CopiedContent
{
    private const int Buffer = 1 << 16;

    /// <summary>Copies to the end and returns the hash.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9103: more than <paramref name="maxBytes"/>.</exception>
    /// <exception cref="ContentException">The content cannot be read, which is no fault of where it goes.</exception>
    public static async Task<string> CopyAsync(Stream content, Stream file, long maxBytes, CancellationToken ct)
    {
        await using var hashing = new HashingReader(content, expected: null, leaveOpen: true);
        var buffer = new byte[Buffer];
        long length = 0;
        for (int read; (read = await ReadAsync(hashing, buffer, ct)) > 0;)
        {
            if ((length += read) > maxBytes) throw BlobErrors.TooLarge(maxBytes);
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        return hashing.Hash;
    }

    private static async Task<int> ReadAsync(HashingReader content, byte[] buffer, CancellationToken ct)
    {
        try
        {
            return await content.ReadAsync(buffer, ct);
        }
        catch (IOException error)
        {
            throw new ContentException(error);
        }
    }
}

/// <summary>What was to be stored cannot be read: a caller that hung up, for instance. Whoever stores it throws its cause.</summary>
internal sealed class ContentException(IOException cause) : Exception(cause.Message, cause)
{
    public void ThrowCause() => ExceptionDispatchInfo.Throw(InnerException!);
}
