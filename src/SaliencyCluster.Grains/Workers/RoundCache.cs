using System.Text.Json;
using Orleans.Runtime;
using SaliencyCluster.Attribution;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Caching;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Devices;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Grains.Workers;

/// <summary>A round with image, baselines and model at hand.</summary>
internal sealed record LoadedRound(RoundWork Work, Tensor Image, IReadOnlyList<Tensor> Baselines, OnnxModel Model, ExplanationSpec Spec)
{
    /// <summary>Gets the graph that evaluates it.</summary>
    public GraphSource Graph { get; } = GraphSource.Of(Model, Spec);
}

/// <summary>Fetches what leases need, once per round; the latest rounds are kept, since neighbouring leases are mostly of the same.</summary>
/// <param name="grains">Asked for rounds.</param>
/// <param name="blobs">Where images are.</param>
/// <param name="models">Where models are.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">Cancelled when the worker leaves: what is being fetched is of no use any more.</param>
internal sealed class RoundCache(
    IGrainFactory grains, IBlobStore blobs, ModelStore models, TimeProvider time, CancellationToken stopping = default)
{
    private const int Kept = 16;
    private const long KeptImageBytes = 64 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan NotReadyPause = TimeSpan.FromMilliseconds(250);
    private readonly ImageLoader _images = new(blobs);
    private readonly RecentLoads<Tensor> _decoded = new(KeptImageBytes, image => sizeof(float) * image.Data.LongLength);
    private readonly Lock _gate = new();
    private readonly LinkedList<((string Image, DateTimeOffset Incarnation, int Round) Key, Task<LoadedRound?> Round)> _rounds = [];

    /// <summary>Gets the round of a lease; null when it has ended.</summary>
    /// <exception cref="SaliencyException">The image, a baseline or the model cannot be read.</exception>
    public async Task<LoadedRound?> GetAsync(Lease lease, CancellationToken cancellation)
    {
        // Shared by all leases of the round, so it must not end with the lease that happened to ask first.
        var loading = Find((lease.Image, lease.Incarnation, lease.Round), () => LoadAsync(lease));
        try
        {
            return await loading.WaitAsync(cancellation);
        }
        catch when (loading.IsCompleted)
        {
            Forget(loading);
            throw;
        }
    }

    private Task<LoadedRound?> Find((string, DateTimeOffset, int) key, Func<Task<LoadedRound?>> load)
    {
        lock (_gate)
        {
            for (var node = _rounds.First; node is not null; node = node.Next)
            {
                if (node.Value.Key == key && IsOfUse(node.Value.Round)) return node.Value.Round;
            }
            var loading = load();
            _rounds.AddFirst((key, loading));
            if (_rounds.Count > Kept) _rounds.RemoveLast();
            return loading;
        }
    }

    // That a round is not the current one is no answer for later: after a crash an aggregator begins anew and comes to it again.
    private static bool IsOfUse(Task<LoadedRound?> round) => !round.IsCompleted || round is { IsCompletedSuccessfully: true, Result: not null };

    private void Forget(Task<LoadedRound?> loading)
    {
        lock (_gate)
        {
            if (_rounds.FirstOrDefault(r => r.Round == loading) is { Round: not null } entry) _rounds.Remove(entry);
        }
    }

    private async Task<LoadedRound?> LoadAsync(Lease lease)
    {
        if (await FetchAsync(lease) is not { } work) return null;
        long[] shape = [.. work.ImageShape];
        // A blob store that is away for a while must not look like a fault of the shards.
        var layout = work.Round.Layout;
        var prepared = JsonSerializer.Serialize(work.Preprocessing);
        var image = await _decoded.GetAsync($"{work.Image}|{work.Format}|{string.Join(',', shape)}|{prepared}|{layout}", () => Retry.CallAsync(
            () => _images.LoadAsync(work.Image, work.Format, work.Preprocessing, shape, layout, lease.Image, stopping),
            time, Patience, stopping));
        var baselines = new Tensor[work.Baselines.Length];
        for (var i = 0; i < baselines.Length; i++)
        {
            var number = i;
            baselines[i] = await _decoded.GetAsync($"{work.Baselines[i]}|{layout}", () => Retry.CallAsync(
                () => _images.LoadBaselineAsync(work.Baselines[number], number, layout, stopping), time, Patience, stopping));
        }
        var model = await Retry.CallAsync(() => models.GetAsync(work.ModelHash, work.Derived), time, Patience, stopping);
        return new(work, image, baselines, model, work.Round.Spec(image.Shape));
    }

    private async Task<RoundWork?> FetchAsync(Lease lease)
    {
        var aggregator = grains.GetGrain<IAggregatorWorkGrain>(lease.Image);
        var started = time.GetTimestamp();
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            RequestContext.Set(RoundWork.CanUnpack, true);
            var reply = await Retry.CallAsync(() => aggregator.GetRoundAsync(lease.Round), time, Patience, stopping);
            // Another job has the id by now: the lease is of one that was deleted.
            if (reply.Ready) return reply.Work?.Incarnation == lease.Incarnation ? reply.Work.Unpacked() : null;
            if (time.GetElapsedTime(started) > Patience) throw new TimeoutException($"The aggregator of {lease.Image} did not get ready.");
            await Task.Delay(NotReadyPause, time, stopping);
        }
    }
}
