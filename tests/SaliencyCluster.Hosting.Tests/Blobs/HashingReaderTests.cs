using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Tests.Blobs;

public sealed class HashingReaderTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];

    [Fact]
    public void A_hash_is_known_once_the_end_was_read()
    {
        using var reader = new HashingReader(new MemoryStream(Content), expected: null, leaveOpen: false);
        reader.ReadExactly(new byte[Content.Length]);
        Assert.Throws<InvalidOperationException>(() => reader.Hash);
        Assert.Equal(0, reader.Read(new byte[1]));
        Assert.Equal(HashingReader.HashOf(Content), reader.Hash);
    }

    [Fact]
    public async Task Content_that_is_not_what_its_name_says_is_an_error_at_its_end()
    {
        using var reader = new HashingReader(new MemoryStream(Content), expected: HashingReader.HashOf([1]), leaveOpen: false);
        var error = await Assert.ThrowsAsync<SaliencyException>(() => reader.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        Assert.Contains(HashingReader.HashOf([1]), error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_to_read_gets_its_code()
    {
        var coded = new SaliencyException("SAL9105", "away", "wait");
        using var reader = new HashingReader(new Torn(), expected: null, leaveOpen: false, error => error is IOException ? coded : null);
        Assert.Same(coded, await Assert.ThrowsAsync<SaliencyException>(async () => await reader.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_inner_stream_is_closed_unless_it_is_left_open(bool leaveOpen)
    {
        var inner = new MemoryStream(Content);
        new HashingReader(inner, expected: null, leaveOpen).Dispose();
        Assert.Equal(leaveOpen, inner.CanRead);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789", false)]
    [InlineData("abcdef0123456789abcdef0123456789abcdef0123456789abcdef012345678", false)]
    [InlineData("abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789\n", false)]
    [InlineData("abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789", true)]
    public void Only_a_hash_is_the_name_of_a_blob(string name, bool isHash)
    {
        Assert.Equal(isHash, BlobName.IsHash(name));
        if (!isHash) Assert.Throws<SaliencyException>(() => BlobName.Checked(name));
    }

    private sealed class Torn : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("torn");
    }
}
