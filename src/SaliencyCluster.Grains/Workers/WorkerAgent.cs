using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Devices;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Telemetry;
using SaliencyCluster.Grains.Trials;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Grains.Workers;

/// <summary>
/// Pulls leases for the process's device, computes them on its lanes and reports. When the process is told to stop, it takes no more,
/// finishes what it can within the drain time and returns the rest, all while the silo is still a member.
/// </summary>
internal sealed class WorkerAgent : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);
    private readonly IGrainFactory _grains;
    private readonly GatewayPresence _gateways;
    private readonly WorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkerAgent> _logger;
    private readonly Device _device;
    private readonly DeviceId _id;
    private readonly HeldLeases _held;
    private readonly LeaseWork _work;
    private readonly ModelGuard _guard;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly WarmUp _warmUp;
    private readonly CancellationTokenSource _acquiring = new();
    private readonly CancellationTokenSource _computing = new();
    private readonly SemaphoreSlim _reporting = new(1);
    private bool _isDraining;

    // An operator's word. The queue forgets it when its silo dies; the device then reminds it.
    private bool _isTold;

    public WorkerAgent(
        IGrainFactory grains, GatewayPresence gateways, ILocalSiloDetails silo, Device device, ModelStore models, InstanceMeter meter,
        ModelGuard guard, IHostApplicationLifetime lifetime, IBlobStore blobs, IOptions<WorkerOptions> options,
        IOptions<DeviceOptions> deviceOptions, TimeProvider time, ILogger<WorkerAgent> logger)
    {
        (_grains, _gateways, _device, _options, _time, _logger) = (grains, gateways, device, options.Value, time, logger);
        (_guard, _lifetime) = (guard, lifetime);
        _id = new(silo.Name, silo.SiloAddress.ToParsableString(), device.Name, deviceOptions.Value.ExecutionProvider);
        _held = new(device.Lanes);
        _work = new(device, _id, new(grains, blobs, models, time, _computing.Token), meter, guard, grains, time);
        _warmUp = new(device, models, MayOpenAsync, _held, time, logger);
    }

    private string[] Models => [.. _device.LoadedModels];

    private IShardQueueGrain Queue => _grains.GetGrain<IShardQueueGrain>(_options.Pool);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Drains. Called before any hosted service stops: the silo is still active and reachable.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        await _acquiring.CancelAsync();
        _logger.Draining(_id.Label, _held.Count);
        try
        {
            await WaitUntilIdleAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // No time to drain: what is held runs out, or comes back when the silo is declared dead.
            await _computing.CancelAsync();
            return;
        }
        var (left, _) = _held.Snapshot();
        await _computing.CancelAsync();
        foreach (var lease in left) _held.End(new(lease.Id, LeaseEnding.Returned));
        // Without a queue, leases run out by themselves.
        await TryReportAsync(cancellationToken);
        await _guard.LeaveAsync();
        _logger.Drained(_id.Label, left.Length);
    }

    public override void Dispose()
    {
        _acquiring.Dispose();
        _computing.Dispose();
        _reporting.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _logger.WorkerStarted(_id.Label, _options.Pool, _device.Lanes);
        using var acquiring = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _acquiring.Token);
        try
        {
            await Task.WhenAll(
                AcquireLoopAsync(interactiveOnly: false, acquiring.Token), AcquireLoopAsync(interactiveOnly: true, acquiring.Token),
                ReportLoopAsync(stoppingToken), EndWhenStuckAsync(stoppingToken), _warmUp.RunAsync(acquiring.Token));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    // What nobody has run is not opened unasked, and what is quarantined is an error that says so.
    private async Task<bool> MayOpenAsync(GraphSource source, CancellationToken cancellation)
    {
        await _gateways.WaitAsync(cancellation);
        await using var trial = await _guard.BeginAsync(source, cancellation);
        return !trial.IsFirst;
    }

    // Two loops: one keeps the lanes busy, the other takes what a person waits for even when they are.
    private async Task AcquireLoopAsync(bool interactiveOnly, CancellationToken cancellation)
    {
        // A device that is lost never comes back within this process.
        while (!cancellation.IsCancellationRequested && _device.Health.Lost is null)
        {
            try
            {
                await _gateways.WaitAsync(cancellation);
                var changed = _held.Changed;
                var room = interactiveOnly ? _device.Lanes - _held.InteractiveShards : _held.Wanted - _held.Shards;
                if (room <= 0) await changed.WaitAsync(cancellation);
                else foreach (var lease in await Queue.AcquireAsync(new(_id, MaxPoints(), room, Models, LongPoll, interactiveOnly, _options.LeaseWork, WorkLevel.Current, Confirms: true), cancellation)) Begin(lease);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Whatever is wrong with the queue, a worker that keeps asking is better than one that ends.
                _logger.QueueNotReached(_options.Pool, _id.Label, error);
                await Task.Delay(TimeSpan.FromSeconds(0.5), _time, CancellationToken.None);
            }
        }
    }

    // Nothing but the end of the process ends native code, and every lane that waits for it is lost until then.
    private async Task EndWhenStuckAsync(CancellationToken cancellation)
    {
        var run = await _device.Health.Stuck.WaitAsync(cancellation);
        await _guard.BlameAsync(run);
        _lifetime.StopApplication();
    }

    private async Task ReportLoopAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            // Taken before the report: what ends during it is the next one's news.
            var changed = _held.Changed;
            if (!_isDraining) await TryReportAsync(cancellation);
            await Task.WhenAny(changed, Task.Delay(_options.ReportPeriod, _time, cancellation));
        }
    }

    private async Task<bool> TryReportAsync(CancellationToken cancellation)
    {
        try
        {
            return await ReportOnceAsync(cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            _logger.QueueNotReached(_options.Pool, _id.Label, error);
            await Task.Delay(TimeSpan.FromSeconds(0.5), _time, cancellation);
            return false;
        }
    }

    // One at a time: an older one that arrives after a newer one would say of leases that have ended that they are held. Says whether the
    // queue was told.
    private async Task<bool> ReportOnceAsync(CancellationToken cancellation)
    {
        await _reporting.WaitAsync(cancellation);
        try
        {
            if (!_gateways.IsThere) return false;
            var (holds, ended) = _held.Snapshot();
            var reply = await Queue.ReportAsync(new()
            {
                Device = _id,
                Holds = holds,
                Ended = ended,
                Models = Models,
                Draining = _isDraining || _isTold || _device.Health.Lost is not null,
                Lanes = _device.Lanes,
                ModelBytes = _device.ModelBytes,
            });
            _isTold = reply.Drain ?? _isTold;
            _held.Reported(ended);
            _held.Drop(reply.Dropped);
            return true;
        }
        finally
        {
            _reporting.Release();
        }
    }

    // Returns when the queue knows that this process holds the lease: what was said and not answered may not have arrived.
    private async Task ConfirmAsync(CancellationToken stop)
    {
        do await _gateways.WaitAsync(stop);
        while (!await TryReportAsync(stop));
        stop.ThrowIfCancellationRequested();
    }

    private async Task WaitUntilIdleAsync(CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            await TryReportAsync(cancellation);
            var changed = _held.Changed;
            var left = _options.DrainTime - _time.GetElapsedTime(started);
            if (_held.Count == 0 || left <= TimeSpan.Zero) return;
            await Task.WhenAny(changed, Task.Delay(left < _options.ReportPeriod ? left : _options.ReportPeriod, _time, cancellation));
        }
    }

    private void Begin(Lease lease)
    {
        var stop = _held.Add(lease, _computing.Token);
        _ = Task.Run(() => ComputeAsync(lease, stop), CancellationToken.None);
    }

    private async Task ComputeAsync(Lease lease, CancellationToken stop)
    {
        using var span = Spans.Start(Spans.Lease, lease.TraceParent, ActivityKind.Consumer);
        span?.SetTag("saliency.image", lease.Image).SetTag("saliency.round", lease.Round).SetTag("saliency.shards", lease.Shards.ToString())
            .SetTag("saliency.attempt", lease.Attempt).SetTag("saliency.device", _id.Label);
        try
        {
            if (lease.Confirm) await ConfirmAsync(stop);
            var end = await _work.RunAsync(lease, stop);
            if (end.Error is { } why) span.Failed(why.Code, why.What);
            if (end.Error is { } error)
            {
                var image = LogName.Of(ImageKey.Parse(lease.Image));
                _logger.LeaseFailed(lease.Shards.ToString(), image, _id.Label, error.Code);
                _logger.LeaseFailure(lease.Shards.ToString(), image, error.What);
            }
            _held.End(end);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Dropped by the queue, or returned by the drain: whoever cancelled has taken note.
        }
    }

    private int MaxPoints() => _held.SecondsPerPoint is > 0 and var each ? (int)Math.Clamp(_options.LeaseWork.TotalSeconds / each, 1, 1_000_000) : 1;
}
