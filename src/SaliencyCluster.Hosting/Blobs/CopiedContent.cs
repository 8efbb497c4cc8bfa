namespace SaliencyCluster.Hosting.Blobs;

/// <summary>Copies a stream into a file, hashed on the way and held to a limit.</summary>
internal static class CopiedContent
{
    private const int Buffer = 1 << 16;

    /// <summary>Copies to the end and returns the hash.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9103: more than <paramref name="maxBytes"/>.</exception>
    public static async Task<string> CopyAsync(Stream content, Stream file, long maxBytes, CancellationToken ct)
    {
        await using var hashing = new HashingReader(content, expected: null, leaveOpen: true);
        var buffer = new byte[Buffer];
        long length = 0;
        for (int read; (read = await hashing.ReadAsync(buffer, ct)) > 0;)
        {
            if ((length += read) > maxBytes) throw BlobErrors.TooLarge(maxBytes);
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        return hashing.Hash;
    }
}
