using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Hosting.Blobs.S3;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Blobs;

public sealed class S3BlobStoreTests : BlobStoreContract, IClassFixture<S3Server>, IDisposable
{
    private readonly S3Server _server;
    private readonly S3BlobStore _store;

    public S3BlobStoreTests(S3Server server) => (_server, _store) = (server, server.Open());

    private protected override IBlobStore Store => _store;

    public void Dispose() => _store.Dispose();

    private protected override string FileOf(string hash) => _server.FileOf(hash);

    [Fact]
    public async Task A_store_sees_only_its_own_prefix()
    {
        var hash = await _store.WriteAsync("seen by one"u8.ToArray(), Test.Token);
        using var other = _server.Open(prefix: "saliency/other");
        Assert.False(await other.ExistsAsync(hash, Test.Token));
        Assert.Empty(await other.ListAsync(Test.Token).ToListAsync(Test.Token));
        using var above = _server.Open(prefix: "saliency");
        Assert.Empty(await above.ListAsync(Test.Token).ToListAsync(Test.Token));
    }

    [Fact]
    public async Task Lists_longer_than_a_page_of_the_server_are_complete()
    {
        using var store = _server.Open(prefix: "many", pageSize: 25);
        await Parallel.ForAsync(0, 60, Test.Token, async (i, ct) => await store.WriteAsync(BitConverter.GetBytes(i), ct));
        Assert.Equal(60, (await store.ListAsync(Test.Token).ToListAsync(Test.Token)).Select(b => b.Hash).Distinct().Count());
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_says_why()
    {
        using var away = _server.Open(endpoint: "http://127.0.0.1:9");
        await FailsAsync("SAL9105", "http://127.0.0.1:9", () => away.CheckAsync(Test.Token));
        using var elsewhere = _server.Open(bucket: "no-such-bucket");
        await FailsAsync("SAL9106", "no-such-bucket", () => elsewhere.CheckAsync(Test.Token));
        await FailsAsync("SAL9106", "no-such-bucket", () => elsewhere.WriteAsync(new byte[] { 1 }, Test.Token));
        using var denied = new S3BlobStore(new(S3Server.Bucket, S3Server.Prefix), new() { Endpoint = _server.Endpoint }, TimeProvider.System,
            new Amazon.Runtime.BasicAWSCredentials("nobody", "wrong"));
        await FailsAsync("SAL9107", "denies access", () => denied.CheckAsync(Test.Token));
    }

    [Theory]
    [InlineData("s3://bucket/some/prefix", "bucket", "some/prefix")]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("s3://bucket/", "bucket", "")]
    public void Locations_are_read(string text, string bucket, string prefix) => Assert.Equal(new S3Location(bucket, prefix), S3Location.TryParse(text));

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3://Bucket/x")]
    [InlineData("s3://bucket/a b")]
    [InlineData("/var/lib/blobs")]
    public void Other_texts_are_no_locations(string text) => Assert.Null(S3Location.TryParse(text));

    private static async Task FailsAsync(string code, string what, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<SaliencyException>(call);
        Assert.Equal(code, error.Code);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }
}
