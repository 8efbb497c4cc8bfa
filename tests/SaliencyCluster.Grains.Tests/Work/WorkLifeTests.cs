using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Work;

namespace SaliencyCluster.Grains.Tests.Work;

/// <summary>What a piece of work tells of itself while it is changed.</summary>
public sealed class WorkLifeTests
{
    private static readonly WorkKey Key = new(WorkKind.Job, "t", "j");
    private static readonly JobUsage Ended = new(HasEnded: true, 0, 1000);
    private readonly List<string> _told = [];
    private readonly WorkEntry _entry;
    private readonly WorkLife _life;
    private TaskCompletionSource _answer = Done();

    public WorkLifeTests()
    {
        var open = Answering.With<IOpenWorkGrain>(call =>
        {
            _told.Add(call);
            return _answer.Task;
        });
        _entry = new(Answering.With<IGrainFactory>(() => open), Key);
        _life = new(_entry, () => Task.FromResult(WorkPresence.There), () => Task.CompletedTask, TimeProvider.System, NullLogger.Instance);
    }

    // Its end is published before it is counted, and whoever saw the end may delete it in between.
    [Fact]
    public async Task An_end_that_is_counted_during_a_deletion_does_not_undo_it()
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var deletion = _life.ChangeAsync(async () =>
        {
            await _entry.ReleaseAsync(Ended);
            await stored.Task;
        });
        await _life.CountAsync(Ended);
        stored.SetResult();
        await deletion;
        // It is deleted by now.
        await _life.CountAsync(null);
        Assert.Equal(["OpenAsync"], _told);
    }

    [Fact]
    public async Task A_change_waits_for_every_count_that_is_under_way()
    {
        var (first, second) = (_answer = new(), Done());
        var counts = new List<Task> { _life.CountAsync(Ended) };
        _answer = second;
        counts.Add(_life.CountAsync(Ended));
        var deletion = _life.ChangeAsync(() => _entry.ReleaseAsync(Ended));
        Assert.Equal(["CloseAsync", "CloseAsync"], _told);
        first.SetResult();
        await Task.WhenAll([.. counts, deletion]);
        Assert.Equal(["CloseAsync", "CloseAsync", "OpenAsync"], _told);
    }

    [Fact]
    public async Task A_change_that_fails_leaves_later_counts_as_they_are()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _life.ChangeAsync(() => throw new InvalidOperationException()));
        await _life.CountAsync(Ended);
        Assert.Equal(["CloseAsync"], _told);
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
