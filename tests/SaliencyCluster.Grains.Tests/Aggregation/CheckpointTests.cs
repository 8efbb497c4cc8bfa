using Microsoft.Extensions.Time.Testing;
using Orleans.Core;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Aggregation;
using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Aggregation;

/// <summary>What a crash costs, on a clock that the test moves and with devices that only count.</summary>
public sealed class CheckpointTests : IDisposable
{
    private const int ShardPoints = 4;
    private static readonly ImageKey Key = new(GrainKeys.DefaultTenant, "job", 0);
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FolderBlobStore _blobs;
    private readonly Row _row = new();

    public CheckpointTests() => _blobs = new(_folder.Path, _time);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(13)]
    [InlineData(29)]
    [InlineData(61)]
    public async Task A_crash_loses_at_most_ten_seconds_of_work(int crashAfterSeconds)
    {
        var work = await WorkAsync();
        var run = await StartAsync(work);
        var checkpoints = Open();
        var accepted = new List<(int Shard, DateTimeOffset Time)>();
        for (var second = 0; second < crashAfterSeconds; second++)
        {
            // Four devices, each with a shard of 0.9 s.
            for (var device = 0; device < 4; device++)
            {
                var shard = Missing(run)[0];
                run.Accept(PartialOf(run, shard), "device");
                checkpoints.Added();
                accepted.Add((shard, _time.GetUtcNow()));
            }
            _time.Advance(Checkpoints.Tick);
            await checkpoints.SaveIfDueAsync(run, Test.Token);
        }
        var crash = _time.GetUtcNow();

        var again = await StartAsync(work);
        var missing = Missing(again).ToHashSet();
        var lost = accepted.Where(a => missing.Contains(a.Shard)).ToList();
        Assert.All(lost, l => Assert.InRange((crash - l.Time).TotalSeconds, 0, 10));
        Assert.InRange(lost.Count, 0, 40);
        Assert.Equal(accepted.Count, lost.Count + accepted.Count(a => !missing.Contains(a.Shard)));
    }

    [Fact]
    public async Task A_save_that_fails_is_tried_again_at_the_next_tick_with_everything()
    {
        var work = await WorkAsync();
        var run = await StartAsync(work);
        var checkpoints = Open();
        run.Accept(PartialOf(run, Missing(run)[0]), "device");
        checkpoints.Added();
        _time.Advance(TimeSpan.FromSeconds(8));
        _row.IsAway = true;
        await Assert.ThrowsAsync<IOException>(() => checkpoints.SaveIfDueAsync(run, Test.Token));
        _row.IsAway = false;
        await checkpoints.SaveIfDueAsync(run, Test.Token);
        Assert.Equal(Missing(run), Missing(await StartAsync(work)));
    }

    [Fact]
    public async Task An_image_with_an_outcome_leaves_no_checkpoint_behind()
    {
        var run = await StartAsync(await WorkAsync());
        var checkpoints = Open();
        run.Accept(PartialOf(run, Missing(run)[0]), "device");
        checkpoints.Added();
        await checkpoints.SaveAsync(run, Test.Token);
        var before = await _blobs.ListAsync(Test.Token).CountAsync(Test.Token);
        await checkpoints.ForgetAsync();
        checkpoints.Added();
        await checkpoints.SaveAsync(run, Test.Token);
        Assert.Null(_row.State.Blob);
        Assert.Equal(before - 1, await _blobs.ListAsync(Test.Token).CountAsync(Test.Token));
    }

    [Fact]
    public async Task A_checkpoint_of_a_job_that_was_deleted_is_nothing_to_the_job_that_has_its_id_now()
    {
        var work = await WorkAsync() with { Incarnation = _time.GetUtcNow() };
        var run = await StartAsync(work);
        var checkpoints = Open();
        run.Accept(PartialOf(run, Missing(run)[0]), "device");
        checkpoints.Added();
        await checkpoints.SaveAsync(run, Test.Token);
        Assert.Equal(999, Missing(await StartAsync(work)).Length);
        Assert.Equal(1000, Missing(await StartAsync(work with { Incarnation = work.Incarnation.AddTicks(1) })).Length);
        // Stored by 0.1, which did not say of which job.
        _row.State = _row.State with { Incarnation = default };
        Assert.Equal(999, Missing(await StartAsync(work)).Length);
    }

    private Checkpoints Open() => new(_row, _blobs, new JobOptions().CheckpointPeriod, _time);

    private async Task<ImageRun> StartAsync(ImageWork work)
    {
        var run = await ImageRun.StartAsync(work, Key, _row.State, new ImageLoader(_blobs), _blobs, new GatewayCompute(), _time, Test.Token);
        // The first round is the image's own score.
        if (run.Round == 0) run.Accept(PartialOf(run, 0), "device");
        if (run.IsRoundComplete) run.Commit(await run.ComputeAsync());
        return run;
    }

    private async Task<ImageWork> WorkAsync()
    {
        var request = new ExplanationRequest { Method = "smoothgrad", Target = "3", Samples = 4000, ShardPoints = ShardPoints, MicroBatch = ShardPoints };
        return await ImageWorks.OfDigitAsync(request, await _blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 1, 28, 28)), Test.Token));
    }

    private static int[] Missing(ImageRun run) => [.. run.Ticket(null)!.Missing.SelectMany(range => Enumerable.Range(range.First, range.Count))];

    private static Partial PartialOf(ImageRun run, int shard)
    {
        var round = run.Work(run.Round!.Value)!.Round;
        var points = Math.Min(round.ShardPoints, round.Points.Count - shard * round.ShardPoints);
        return new(round.Number, 0, shard, Map(round.Map != PointMap.None), Map(round.Map != PointMap.None && round.Squares), new float[points],
            round.Outputs ? new float[10 * points] : null);
    }

    private static Tensor? Map(bool wanted) => wanted ? Tensor.Zeros([1, 28, 28]) : null;

    /// <summary>A row of the database.</summary>
    private sealed class Row : IStorage<CheckpointRecord>
    {
        private CheckpointRecord _stored = new();

        public CheckpointRecord State { get; set; } = new();

        public bool IsAway { get; set; }

        public string? Etag => null;

        public bool RecordExists => _stored.Blob is not null;

        public Task ClearStateAsync() => Task.FromResult(_stored = State = new());

        public Task WriteStateAsync()
        {
            if (IsAway) throw new IOException("The test has taken the database away.");
            _stored = State;
            return Task.CompletedTask;
        }

        public Task ReadStateAsync() => Task.FromResult(State = _stored);
    }
}
