using System.IO.Compression;
using SaliencyCluster.Client;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Upgrades;

/// <summary>A cluster that starts on what an earlier version has stored; README.md beside it says what that is.</summary>
public sealed class StoredStateTests : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private TestProcess _process = null!;
    private SaliencyClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ZipFile.ExtractToDirectory(Path.Combine(Repo.Root, "tests", "SaliencyCluster.EndToEnd.Tests", "Upgrades", "state-0.1.zip"), _data.Path);
        _process = await TestProcess.StartAsync("gateway+worker", _data.Path);
        _client = _process.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _data.Dispose();
        // Orleans tells of the killed process, which does not answer, until it counts as dead.
        Assert.DoesNotContain(_process.Errors.Lines, line => line.StartsWith("SaliencyCluster.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unfinished_jobs_go_on_by_themselves_and_end()
    {
        var many = await _client.Jobs.WatchAsync("many", Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Done, 250, 0, 250L), (many.State, many.ImagesDone, many.ImagesFailed, many.PointsDone));
        var noisy = await _client.Jobs.WatchAsync("noisy", Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Done, 2, 40_000L), (noisy.State, noisy.ImagesDone, noisy.PointsDone));
        var maps = await _client.Jobs.ReadResultsAsync("many", cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, 250), maps.Select(m => m.Result.Index));
        // Images repeat every ten: what the old version computed and what this one does are the same map, up to the kind of processor.
        Assert.All(maps, m => Assert.InRange(RelativeDifference(m.Map!.Values, maps[m.Result.Index % 10].Map!.Values), 0, 1e-5));
    }

    [Fact]
    public async Task What_had_ended_is_listed_and_read_as_before()
    {
        Assert.Equal([("digits", 1)], (await _client.Models.ListAsync(Cancellation)).Select(m => (m.Name, m.Version)));
        var jobs = await _client.Jobs.ListAsync(Cancellation).ToDictionaryAsync(j => j.JobId, cancellationToken: Cancellation);
        Assert.Equal(["cancelled", "finished", "many", "noisy", "partly-failed"], jobs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((JobState.Cancelled, JobState.Done, JobState.Done), (jobs["cancelled"].State, jobs["finished"].State, jobs["partly-failed"].State));
        var results = await _client.Jobs.ReadResultsAsync("finished", cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"digit-{i}"), results.Select(r => r.Result.Name));
        var fresh = await _client.ExplainToEndAsync("digits", new() { Method = "integrated-gradients" }, Digits.Picture(4), Cancellation);
        Assert.InRange(RelativeDifference(results[4].Map!.Values, fresh.Map!.Values), 0, 1e-4);
        var failed = await _client.Jobs.ReadResultsAsync("partly-failed", cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(["SAL2120", null], failed.OrderBy(r => r.Result.Name).Select(r => r.Result.Failure?.Code));
    }

    [Fact]
    public async Task A_job_is_known_again_by_its_id_and_can_be_changed()
    {
        foreach (var model in new[] { "digits", "digits:1" })
        {
            var again = await _client.Jobs.SubmitAsync(
                model, new() { Method = "integrated-gradients" }, Enumerable.Range(0, 10).Select(i => Digits.Picture(i)).ToAsyncEnumerable(), "finished", Cancellation);
            Assert.Equal(JobState.Done, again.State);
        }
        await _client.Jobs.RetryAsync("partly-failed", Cancellation);
        Assert.Equal(1, (await _client.Jobs.WatchAsync("partly-failed", Cancellation).LastAsync(Cancellation)).ImagesFailed);
        await _client.Jobs.DeleteAsync("cancelled", Cancellation);
        Assert.DoesNotContain("cancelled", await _client.Jobs.ListAsync(Cancellation).Select(j => j.JobId).ToListAsync(Cancellation));
    }

    private static double RelativeDifference(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum() / b.Sum(y => (double)y * y));
}
