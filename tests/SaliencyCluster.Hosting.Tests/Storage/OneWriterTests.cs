using Orleans.Runtime;
using Orleans.Storage;
using SaliencyCluster.Hosting.Storage;

namespace SaliencyCluster.Hosting.Tests.Storage;

/// <summary>A storage that notices two writers at once.</summary>
public sealed class OneWriterTests
{
    private readonly Recorder _inner = new();

    [Fact]
    public async Task Writes_follow_one_another_and_one_that_fails_stops_none_behind_it()
    {
        var storage = new OneWriter(_inner);
        var grain = GrainId.Create("g", "1");
        var writes = Enumerable.Range(0, 40).Select(i => i % 5 == 4
            ? storage.ClearStateAsync("state", grain, new GrainState<int>(i))
            : storage.WriteStateAsync("state", grain, new GrainState<int>(i))).ToList();
        Assert.Equal(1, _inner.Begun);
        // Nobody who reads waits for those who write.
        await storage.ReadStateAsync("state", grain, new GrainState<int>());
        Assert.Equal(1, _inner.Read);

        for (var i = 0; i < writes.Count; i++)
        {
            _inner.End(fails: i == 7);
            if (i == 7) await Assert.ThrowsAsync<InvalidOperationException>(() => writes[i]);
            else await writes[i];
        }
        Assert.Equal(Enumerable.Range(0, 40), _inner.Written);
        Assert.Equal(1, _inner.MostAtOnce);
    }

    private sealed class Recorder : IGrainStorage
    {
        private readonly SemaphoreSlim _mayEnd = new(0);
        private bool _fails;
        private int _now;

        public List<int> Written { get; } = [];

        public int Begun { get; private set; }

        public int Read { get; private set; }

        public int MostAtOnce { get; private set; }

        public void End(bool fails)
        {
            _fails = fails;
            _mayEnd.Release();
        }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Read++;
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => WriteAsync(grainState);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => WriteAsync(grainState);

        private async Task WriteAsync<T>(IGrainState<T> state)
        {
            Begun++;
            MostAtOnce = Math.Max(MostAtOnce, ++_now);
            await _mayEnd.WaitAsync();
            _now--;
            Written.Add((int)(object)state.State!);
            if (_fails) throw new InvalidOperationException();
        }
    }
}
