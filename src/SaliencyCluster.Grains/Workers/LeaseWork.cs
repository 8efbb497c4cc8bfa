using System.Collections.Concurrent;
using System.Diagnostics;
using SaliencyCluster.Attribution.Reduction;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Devices;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Grains.Aggregation;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Devices;
using SaliencyCluster.Grains.Telemetry;
using SaliencyCluster.Grains.Trials;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Prepared;

namespace SaliencyCluster.Grains.Workers;

/// <summary>Computes one lease: its shards at the same time on the device's lanes, their sums combined to one, which is sent.</summary>
internal sealed class LeaseWork(
    Device device, DeviceId id, RoundCache rounds, InstanceMeter meter, ModelGuard guard, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan NotReadyPause = TimeSpan.FromMilliseconds(250);
    private readonly string _worker = id.Label;
    private readonly ConcurrentDictionary<GraphKey, Lazy<Task<ModelInstanceStatus>>> _loading = new();

    /// <summary>Computes and sends; says how it ended. Throws only when cancelled.</summary>
    public async Task<LeaseEnd> RunAsync(Lease lease, CancellationToken cancellation)
    {
        try
        {
            if (await rounds.GetAsync(lease, cancellation) is not { } round) return new(lease.Id, LeaseEnding.Done);
            await using var trial = await guard.BeginAsync(round.Graph, cancellation);
            await LoadAsync(round, lease, cancellation);
            var started = time.GetTimestamp();
            var shards = await ShardsAsync(round, lease, cancellation);
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            var deviceSeconds = shards.Sum(s => s.OnLane.TotalSeconds) / device.Lanes;
            meter.Record(lease.ModelHash, lease.Points, seconds);
            var reply = await SendAsync(lease, Combine([.. shards.Select(s => s.Partial)], round.Work.Round.Reduction), cancellation);
            Count(lease, reply);
            await trial.PassAsync();
            // Derived models are soon done with.
            if (round.Work.Derived is null) device.Served.Note(lease.ModelHash, device.Here(round.Graph).Spec);
            return reply == AddReply.Corrupt
                ? new(lease.Id, LeaseEnding.Failed, new("SAL4102", $"A sum from {_worker} arrived damaged.", "Check the memory and network of that host."), seconds)
                : new(lease.Id, LeaseEnding.Done, Seconds: seconds, DeviceSeconds: deviceSeconds);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            return Failure(lease, error);
        }
    }

    // The instance compiles and warms up beside the lanes, once for all leases that come together. What is loaded needs no call.
    private async Task LoadAsync(LoadedRound round, Lease lease, CancellationToken cancellation)
    {
        if (device.IsLoaded(round.Graph)) return;
        var key = round.Graph.Key;
        var instance = grains.GetGrain<IModelInstanceGrain>(id.InstanceOf(lease.ModelHash));
        await _loading.GetOrAdd(key, _ => new(LoadOnceAsync)).Value.WaitAsync(cancellation);

        // It goes with its end, also where all who wait were cancelled: its failure is not that of a later lease.
        async Task<ModelInstanceStatus> LoadOnceAsync()
        {
            try
            {
                return await Retry.CallAsync(() => instance.LoadAsync(round.Spec, round.Work.Derived), time, Patience);
            }
            finally
            {
                _loading.TryRemove(key, out var _);
            }
        }
    }

    private async Task<(Partial Partial, TimeSpan OnLane)[]> ShardsAsync(LoadedRound round, Lease lease, CancellationToken cancellation)
    {
        // One span for the lease, not one for each shard: a sampled job must not drown whoever collects.
        using var span = Spans.Start(Spans.SessionRun, Spans.Cause(Activity.Current, lease.TraceParent));
        span?.SetTag("saliency.device", id.Label).SetTag("saliency.points", lease.Points);
        return await Task.WhenAll(Enumerable.Range(lease.Shards.First, lease.Shards.Count).Select(i => ShardAsync(round, i, lease.Priority == JobPriority.Interactive, cancellation)));
    }

    private void Count(Lease lease, AddReply reply)
    {
        var device = new KeyValuePair<string, object?>("device", id.Name);
        if (reply == AddReply.Added) ClusterMetrics.Points.Add(lease.Points, new("model", ClusterMetrics.ModelTag(lease.ModelHash)), new("method", lease.Method), device);
        else if (reply is AddReply.Duplicate or AddReply.Stale) ClusterMetrics.DuplicatePoints.Add(lease.Points, device);
    }

    private async Task<(Partial Partial, TimeSpan OnLane)> ShardAsync(LoadedRound round, int index, bool urgent, CancellationToken cancellation)
    {
        var work = round.Work.Round;
        var first = index * work.ShardPoints;
        var shard = new ShardSpec(work.Number, index, first, Math.Min(work.ShardPoints, work.Points.Count - first));
        var done = await device.RunAsync(round.Graph, (runner, stop) =>
        {
            // On the lane: neither the wait for it nor the loading of the model is part of what a shard costs.
            var started = time.GetTimestamp();
            var partial = ShardComputation.Run(work, shard, round.Image, round.Baselines, runner, stop);
            return (Partial: partial, OnLane: time.GetElapsedTime(started));
        }, cancellation, urgent);
        ClusterMetrics.ShardDuration.Record(done.OnLane.TotalSeconds, new KeyValuePair<string, object?>("device", id.Name));
        return done;
    }

    private async Task<AddReply> SendAsync(Lease lease, Partial partial, CancellationToken cancellation)
    {
        var aggregator = grains.GetGrain<IAggregatorWorkGrain>(lease.Image);
        var cause = Spans.Cause(Activity.Current, lease.TraceParent);
        while (true)
        {
            var reply = await Retry.CallAsync(() => aggregator.AddAsync(partial.ToMessage(_worker) with { Incarnation = lease.Incarnation, TraceParent = cause }), time, Patience, cancellation);
            if (reply != AddReply.NotReady) return reply;
            await Task.Delay(NotReadyPause, time, cancellation);
        }
    }

    // A lease is an aligned block of a power of two, so its shards pair up to one node; a block of one is a node already.
    private static Partial Combine(Partial[] partials, PointReduction reduction)
    {
        while (partials.Length > 1)
            partials = [.. partials.Chunk(2).Select(pair => PartialMerge.Siblings(pair[0], pair[1], reduction))];
        return partials[0];
    }

    private LeaseEnd Failure(Lease lease, Exception error) => error switch
    {
        // A lost device says nothing of the shards: another one computes them.
        SaliencyException { Code: "SAL4008" or "SAL4014" or "SAL4023" } => new(lease.Id, LeaseEnding.Returned),
        SaliencyException known when known.Code.StartsWith("SAL1", StringComparison.Ordinal) || known.Code.StartsWith("SAL2", StringComparison.Ordinal)
            || known.Code == TrialErrors.QuarantinedCode =>
            new(lease.Id, LeaseEnding.Refused, ErrorInfo.Of(known)),
        // Nothing that the device did: it has waited as long as it should.
        _ when StorageOutage.Is(error) => new(lease.Id, LeaseEnding.Returned),
        SaliencyException known => new(lease.Id, LeaseEnding.Failed, ErrorInfo.Of(known)),
        _ when Retry.IsTransient(error) || error is OperationCanceledException => new(lease.Id, LeaseEnding.Returned),
        _ => new(lease.Id, LeaseEnding.Failed, new("SAL4103", $"{_worker} failed: {error.GetType().Name}: {error.Message}", "Look at its log.")),
    };
}
