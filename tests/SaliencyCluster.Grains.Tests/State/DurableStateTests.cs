using Orleans.Core;
using Orleans.Storage;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Tests.State;

public sealed class DurableStateTests
{
    private readonly Row _row = new();
    private int _left;
    private int _reloaded;

    [Fact]
    public async Task A_change_is_seen_when_it_is_stored_and_not_before()
    {
        var state = Open();
        _row.Hold();
        var change = state.UpdateAsync(r => r with { Numbers = [.. r.Numbers, 1] });
        Assert.Empty(state.Value.Numbers);
        _row.Release();
        var stored = await change;
        Assert.Equal([1], stored.Numbers);
        Assert.Equal([1], state.Value.Numbers);
    }

    [Fact]
    public async Task Changes_that_come_during_a_write_share_the_next_one()
    {
        var state = Open();
        _row.Hold();
        var changes = Enumerable.Range(0, 10).Select(i => state.UpdateAsync(r => r with { Numbers = [.. r.Numbers, i] })).ToArray();
        _row.Release();
        await Task.WhenAll(changes);
        Assert.Equal(Enumerable.Range(0, 10), _row.Stored.Numbers);
        Assert.Equal(2, _row.Writes);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_writes_nothing_and_one_that_refuses_fails_for_its_caller_only()
    {
        var state = Open();
        await state.UpdateAsync(r => r);
        _row.Hold();
        var first = state.UpdateAsync(r => r with { Numbers = [1] });
        var refused = state.UpdateAsync(_ => throw new ArgumentException("no"));
        var second = state.UpdateAsync(r => r with { Numbers = [.. r.Numbers, 2] });
        _row.Release();
        await first;
        await Assert.ThrowsAsync<ArgumentException>(() => refused);
        await second;
        Assert.Equal([1, 2], _row.Stored.Numbers);
        Assert.Equal(2, _row.Writes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_failed_write_what_is_stored_is_read_before_anything_is_said_of_it(bool reached)
    {
        var state = Open();
        await state.UpdateAsync(r => r with { Numbers = [1] });
        _row.FailNext(reached);
        await Assert.ThrowsAsync<IOException>(() => state.UpdateAsync(r => r with { Numbers = [.. r.Numbers, 2] }));
        Assert.Equal([1], state.Value.Numbers);
        Assert.Equal(reached ? [1, 2] : [1], (await state.ReadAsync()).Numbers);
        Assert.Equal(reached ? 1 : 0, _reloaded);
        await state.UpdateAsync(r => r.Numbers.Contains(2) ? r : r with { Numbers = [.. r.Numbers, 2] });
        Assert.Equal([1, 2], _row.Stored.Numbers);
        Assert.Equal(0, _left);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_back_after_a_failed_write_is_no_change_only_where_the_write_was_none(bool reached)
    {
        var state = Open();
        _row.FailNext(reached);
        await Assert.ThrowsAsync<IOException>(() => state.UpdateAsync(r => r with { Numbers = [1] }));
        await state.UpdateAsync(r => r.Numbers.Length == 0 ? r : r with { Numbers = [] });
        Assert.Empty(_row.Stored.Numbers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_could_not_be_forgotten_is_forgotten_by_the_next_call(bool reached)
    {
        var state = Open();
        await state.UpdateAsync(r => r with { Numbers = [1] });
        _row.FailNext(reached);
        await Assert.ThrowsAsync<IOException>(state.ClearAsync);
        await state.ClearAsync();
        Assert.Empty(state.Value.Numbers);
        Assert.False(_row.RecordExists);
    }

    [Fact]
    public async Task An_activation_ends_when_another_one_has_written()
    {
        var state = Open();
        await state.UpdateAsync(r => r with { Numbers = [1] });
        _row.Overtake(new() { Numbers = [7] });
        await Assert.ThrowsAsync<InconsistentStateException>(() => state.UpdateAsync(r => r with { Numbers = [2] }));
        Assert.Equal(1, _left);
        Assert.Equal([7], _row.Stored.Numbers);
    }

    private DurableState<Numbered> Open() => new(_row, () => _left++, () => _reloaded++);

    private sealed record Numbered
    {
        public int[] Numbers { get; init; } = [];
    }

    /// <summary>A row of the database, whose version a write must know.</summary>
    private sealed class Row : IStorage<Numbered>
    {
        private TaskCompletionSource? _held;
        private bool? _failsAfter;
        private int _version;

        public Numbered Stored { get; private set; } = new();

        public int Writes { get; private set; }

        public Numbered State { get; set; } = new();

        public string? Etag { get; private set; } = "0";

        public bool RecordExists { get; private set; }

        public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _held!.SetResult();

        public void FailNext(bool reached) => _failsAfter = reached;

        public void Overtake(Numbered by) => (Stored, _version) = (by, _version + 1);

        public Task ClearStateAsync() => WriteAsync(new(), exists: false);

        public Task WriteStateAsync() => WriteAsync(State, exists: true);

        public Task ReadStateAsync()
        {
            (State, Etag) = (Stored, $"{_version}");
            return Task.CompletedTask;
        }

        private async Task WriteAsync(Numbered state, bool exists)
        {
            if (_held is { } held) await held.Task;
            if (_failsAfter is { } after)
            {
                _failsAfter = null;
                if (after) (Stored, RecordExists, _version) = (state, exists, _version + 1);
                throw new IOException("The test has taken the database away.");
            }
            if (Etag != $"{_version}") throw new InconsistentStateException("Somebody else has written.");
            (Stored, RecordExists, Writes, _version) = (state, exists, Writes + 1, _version + 1);
            Etag = $"{_version}";
        }
    }
}
