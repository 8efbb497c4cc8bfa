using System.Text.Json;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>The explanation of one image with what the cluster adds to it: who took part, how long it took, what it offers to the queue.</summary>
internal sealed class ImageRun
{
    private readonly ImageWork _work;
    private readonly ImageKey _key;
    private readonly ComparisonRun _run;
    private readonly int[] _imageShape;
    private readonly SortedSet<string> _workers;
    private readonly GatewayCompute _compute;
    private readonly TimeProvider _time;
    // Methods keep what they worked out: the next round and a look at the map take turns.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly long _started;
    private readonly double _secondsBefore;
    private readonly Guid _owner = Guid.NewGuid();

    private ImageRun(ImageWork work, ImageKey key, ComparisonRun run, int[] imageShape, CheckpointRecord checkpoint, GatewayCompute compute, TimeProvider time)
    {
        (_work, _key, _run, _imageShape, _compute, _time, _started) = (work, key, run, imageShape, compute, time, time.GetTimestamp());
        (_workers, _secondsBefore) = (new(checkpoint.Workers, StringComparer.Ordinal), checkpoint.Seconds);
    }

    public bool IsComplete => _run.IsComplete;

    /// <summary>Gets whether every sum of the round is there and <see cref="ComputeAsync"/> says what comes next.</summary>
    public bool IsRoundComplete => _run.IsRoundComplete;

    public int? Round => _run.Round?.Number;

    public RunProgress Progress => _run.Progress;

    private double Seconds => _secondsBefore + _time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Gets what the explanation keeps at the most, in bytes.</summary>
    public long Bytes => BytesOf(_work, request => RequestResolver.CostOf(request, _imageShape));

    /// <summary>Gets what an explanation keeps at the most, in bytes; of a model with free height or width <see cref="Bytes"/> may be
    /// more.</summary>
    public static long BytesOf(ImageWork work) => BytesOf(work, RequestResolver.CostOf);

    private static long BytesOf(ImageWork work, Func<ResolvedRequest, RequestCost> cost) =>
        work.Compared.Aggregate(cost(work.Request), (sum, request) => sum + cost(request)).StateBytes;

    /// <summary>Loads the image and starts, or goes on from the checkpoint if there is one of this try of this job.</summary>
    public static Task<ImageRun> StartAsync(
        ImageWork work, ImageKey key, CheckpointRecord checkpoint, ImageLoader images, IBlobStore blobs, GatewayCompute compute, TimeProvider time,
        CancellationToken ct) => compute.RunAsync(async () =>
        {
            var model = work.Request.Model;
            var image = await images.LoadAsync(work.Blob, work.Format, work.Preprocessing, model.ImageShape, model.Layout, work.Name, ct);
            var baselines = await images.LoadBaselinesAsync(work.Baselines, model.Layout, ct);
            var index = work.NoiseIndex ?? (uint)key.Index;
            ResolvedRequest[] requests = [work.Request, .. work.Compared];
            var frame = requests.Any(r => r.Head is not null)
                ? await images.FrameAsync(work.Blob, work.Format, work.Preprocessing, model.ImageShape, work.Name, ct)
                : null;
            if (checkpoint.Blob is not { } blob || !checkpoint.IsOf(work) || !await blobs.ExistsAsync(blob, ct))
                return new ImageRun(work, key, new ComparisonRun(requests, image, index, baselines, frame), image.Shape, new(), compute,
                    time);
            var saved = await blobs.ReadAsync(blob, ct);
            return new(work, key, ComparisonRun.Load(saved, requests, image, index, baselines, frame), image.Shape, checkpoint, compute,
                time);
        });

    /// <summary>Counts a partial; false when it brought nothing new. What follows a complete round is left to <see cref="ComputeAsync"/>.</summary>
    public bool Accept(Partial partial, string worker)
    {
        if (!_run.Accept(partial)) return false;
        _workers.Add(worker);
        return true;
    }

    /// <summary>Works out what follows the complete round. Changes nothing: after a failure it can be asked again.</summary>
    public Task<ComparisonStep> ComputeAsync() => InTurnAsync(_run.Compute);

    /// <summary>Goes on with what <see cref="ComputeAsync"/> gave.</summary>
    public void Commit(ComparisonStep step) => _run.Commit(step);

    /// <summary>Gets what has arrived until now as bytes; what arrives meanwhile is not in them.</summary>
    public Task<byte[]> SaveAsync() => _compute.RunAsync(_run.Snapshot().Save);

    /// <summary>Describes what was saved to a blob.</summary>
    public CheckpointRecord Checkpoint(string blob) => new() { Blob = blob, Try = _work.Try, Incarnation = _work.Incarnation, Workers = [.. _workers], Seconds = Seconds };

    /// <summary>Gets the map of what has arrived until now, in the layout in which users get it.</summary>
    /// <param name="failed">Told of a fault: this map is only looked at, and whether the image has one is decided when all its sums are
    /// there.</param>
    public async Task<MapEstimate?> PreviewAsync(Action<Exception> failed)
    {
        try
        {
            if (await InTurnAsync(_run.Snapshot().Preview) is not { Estimate: var estimate }) return null;
            return estimate.Map.Shape.AsSpan().SequenceEqual(_imageShape)
                ? estimate with { Map = estimate.Map.ToOwn(_work.Request.Model.Layout) } : estimate;
        }
        catch (Exception error) when (FaultCount.IsFault(error))
        {
            failed(error);
            return null;
        }
    }

    /// <summary>Gets what a worker needs for the current round; null when another one was asked for.</summary>
    public RoundWork? Work(int round) => _run.Round is { } current && current.Number == round
        ? new(current, _work.Request.Model.Hash, _work.Blob, _work.Format, _imageShape, _work.Preprocessing, _work.Baselines, _work.Derived) { Incarnation = _work.Incarnation }
        : null;

    /// <summary>Gets what is offered to the queue; null when nothing is left to do.</summary>
    /// <param name="cause">The span that it is caused by.</param>
    public RoundTicket? Ticket(string? cause) => _run.Round is not { } round ? null : new()
    {
        Image = _key.ToString(),
        Round = round.Number,
        Owner = _owner,
        Incarnation = _work.Incarnation,
        Missing = Ranges(_run.Shards),
        Points = round.Points.Count,
        ShardPoints = round.ShardPoints,
        ModelHash = _work.Request.Model.Hash,
        Priority = _work.Priority,
        Weight = _work.Weight,
        Level = WorkLevel.Of(round, _work.Preprocessing),
        Method = _work.Request.Options.Method,
        ModelLabel = _work.ModelLabel,
        TraceParent = cause,
        LaterPoints = Math.Max(0, _run.Progress.PointsPlanned - _run.Progress.PointsKnown),
        TenantWeight = _work.TenantWeight > 0 ? _work.TenantWeight : 1,
    };

    /// <summary>Stores the maps and describes the results.</summary>
    public Task<ImageOutcome> FinishAsync(IBlobStore blobs, CancellationToken ct) => _compute.RunAsync(async () =>
    {
        ResolvedRequest[] requests = [_work.Request, .. _work.Compared];
        var results = new List<StoredExplanation>();
        foreach (var (request, result) in requests.Zip(_run.Results)) results.Add(await StoreAsync(request, result, blobs, ct));
        return new ImageOutcome(_key.Index, _work.Name, ImageState.Done, results[0], Try: _work.Try)
        {
            Incarnation = _work.Incarnation,
            Compared = [.. results.Skip(1)],
            ComparisonPoints = results.Count > 1 ? _run.PointsComputed : null,
        };
    });

    private async Task<T> InTurnAsync<T>(Func<T> work)
    {
        await _turn.WaitAsync();
        try
        {
            return await _compute.RunAsync(work);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<StoredExplanation> StoreAsync(ResolvedRequest request, Explanation result, IBlobStore blobs, CancellationToken ct)
    {
        // Maps of an evaluation stay channels first, as its measures read them; users get the model's own layout.
        var layout = _work.IsBatch ? ImageLayout.ChannelsFirst : result.MapLayout;
        var (estimate, stored) = (result.Estimate, result.Estimate.Map.ToOwn(layout));
        return new()
        {
            Method = request.Options.Method,
            Map = await blobs.WriteAsync(_work.IsBatch ? BatchMap.Write(_key, estimate.Map) : NpyFile.Write(stored), ct),
            Shape = stored.Shape,
            ChannelsLast = layout == ImageLayout.ChannelsLast,
            Target = result.Target,
            Label = result.Label,
            Score = result.Score,
            Points = result.Points,
            ProbePoints = result.ProbePoints,
            BaselineScore = result.BaselineScore,
            ConvergenceDelta = estimate.ConvergenceDelta,
            StandardError = estimate.StandardError,
            ErrorEstimate = estimate.ErrorEstimate,
            StandardErrorMap = estimate.StandardErrorMap is { } map ? await blobs.WriteAsync(NpyFile.Write(map.ToOwn(layout)), ct) : null,
            Parameters = JsonSerializer.Serialize(result.Parameters),
            Seconds = Seconds,
            Workers = [.. _workers],
            Layout = request.Model.Layout.Name(),
            Explained = result.Explained,
            Notes = [.. result.Notes],
            Trace = [.. estimate.Trace ?? []],
            FrameScores = [.. estimate.FrameScores ?? []],
            Detection = result.Detection is { } found ? JsonSerializer.Serialize(found) : null,
        };
    }

    private static ShardRange[] Ranges(IReadOnlyList<ShardSpec> shards)
    {
        var ranges = new List<ShardRange>();
        foreach (var shard in shards)
        {
            if (ranges.Count > 0 && ranges[^1].End == shard.Index) ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + 1 };
            else ranges.Add(new(shard.Index, 1));
        }
        return [.. ranges];
    }
}
