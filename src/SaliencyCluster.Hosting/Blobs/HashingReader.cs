using System.Security.Cryptography;

namespace SaliencyCluster.Hosting.Blobs;

/// <summary>Hashes what is read through it and, where a hash is expected, fails at the end if it is another.</summary>
/// <param name="inner">What is read.</param>
/// <param name="expected">The hash, where it is known.</param>
/// <param name="leaveOpen">Whether <paramref name="inner"/> outlives this.</param>
/// <param name="translate">Gives the coded error for a failure to read; null leaves it as it is.</param>
internal sealed class HashingReader(Stream inner, string? expected, bool leaveOpen, Func<Exception, Exception?>? translate = null) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string? _result;

    /// <summary>Gets the hash; only after the end has been read.</summary>
    public string Hash => _result ?? throw new InvalidOperationException("The end has not been read.");

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Take(buffer, inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception error) when (translate?.Invoke(error) is { } coded)
        {
            throw coded;
        }
        return Take(buffer.Span, read);
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            if (!leaveOpen) inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Take(ReadOnlySpan<byte> buffer, int read)
    {
        if (read > 0)
        {
            _hash.AppendData(buffer[..read]);
        }
        else if (buffer.Length > 0 && _result is null)
        {
            _result = Convert.ToHexStringLower(_hash.GetHashAndReset());
            if (expected is not null && _result != expected) throw BlobErrors.Damaged(expected);
        }
        return read;
    }
}
