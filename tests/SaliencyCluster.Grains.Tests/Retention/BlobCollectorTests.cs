using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Retention;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Hosting.Blobs;

namespace SaliencyCluster.Grains.Tests.Retention;

/// <summary>Mark and sweep on a clock that the test moves.</summary>
public sealed class BlobCollectorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FolderBlobStore _store;
    private readonly References _references = new();

    public BlobCollectorTests() => _store = new(_folder.Path, _time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_blobs_that_are_old_and_that_nothing_refers_to_are_removed()
    {
        var (used, unused) = (await WriteAsync(1), await WriteAsync(2));
        _references.Hashes.Add(used);
        _time.Advance(TimeSpan.FromHours(23));
        var young = await WriteAsync(3);
        Assert.Equal(new SweepReport(0, 3, 0, 0), await SweepAsync());
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(new SweepReport(0, 2, 1, 100), await SweepAsync());
        var there = await Task.WhenAll(new[] { used, unused, young }.Select(h => _store.ExistsAsync(h, Test.Token)));
        Assert.Equal([true, false, true], there);
    }

    [Fact]
    public async Task A_blob_that_a_submission_writes_again_during_the_collection_stays()
    {
        var blob = await WriteAsync(1);
        _time.Advance(TimeSpan.FromDays(30));
        // The job that refers to it is stored after the jobs were read.
        _references.Meanwhile = () => WriteAsync(1);
        Assert.Equal(0, (await SweepAsync()).Removed);
        Assert.Equal(Content(1), await _store.ReadAsync(blob, Test.Token));
    }

    [Fact]
    public async Task Nothing_is_removed_when_a_reference_cannot_be_read()
    {
        var blob = await WriteAsync(1);
        _time.Advance(TimeSpan.FromDays(30));
        _references.Meanwhile = () => throw new IOException("The test has taken the database away.");
        await Assert.ThrowsAsync<IOException>(SweepAsync);
        Assert.True(await _store.ExistsAsync(blob, Test.Token));
        _references.Meanwhile = null;
        Assert.Equal(1, (await SweepAsync()).Removed);
    }

    private Task<SweepReport> SweepAsync() =>
        new BlobCollector((_, _) => Task.FromResult(0), _store, [_references], new(), _time).SweepAsync(Test.Token);

    private Task<string> WriteAsync(byte value) => _store.WriteAsync(Content(value), Test.Token);

    private static byte[] Content(byte value) => [.. Enumerable.Repeat(value, 100)];

    private sealed class References : IBlobReferences
    {
        public List<string> Hashes { get; } = [];

        public Func<Task<string>>? Meanwhile { get; set; }

        public async IAsyncEnumerable<string> ReferencesAsync([EnumeratorCancellation] CancellationToken ct)
        {
            foreach (var hash in Hashes) yield return hash;
            if (Meanwhile is { } meanwhile) await meanwhile();
        }
    }
}
