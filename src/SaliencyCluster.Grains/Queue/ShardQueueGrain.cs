using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.Grains.Telemetry;

namespace SaliencyCluster.Grains.Queue;

/// <summary>The shell around <see cref="PoolQueue"/>: long polls, the clock, and news of silos that died. Reentrant for the long polls.</summary>
[PlaceOnRole(Roles.Gateway), Reentrant, KeepAlive]
[GrainType("saliency.shard-queue")]
internal sealed class ShardQueueGrain(
    IOptions<QueueOptions> options, IOptions<ScalingOptions> scaling, TimeProvider time, IClusterMembershipService membership,
    ISiloMetadataCache metadata, ILogger<ShardQueueGrain> logger) : Grain, IShardQueueGrain
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);
    // Dead processes may speak for a moment, not for as long as this many others take to die.
    private const int GoneKept = 1024;
    private readonly PoolQueue _queue = new(options.Value, time.GetUtcNow());
    private readonly Waiters _waiters = new();
    private readonly Waiters _forInteractive = new();
    private LoadMeter? _meter;
    private InstanceReader? _instances;
    private QuarantineReader? _quarantine;
    private readonly RecentTable<string, bool> _gone = new(GoneKept);
    private readonly CancellationTokenSource _stopping = new();
    private DateTimeOffset _ticked;
    private long _lostReported;
    private long _returnedReported;

    private DateTimeOffset Now => time.GetUtcNow();

    private string Pool => this.GetPrimaryKeyString();

    private QuarantineReader Quarantine => _quarantine ??= new(GrainFactory, _queue, time, logger);

    private LoadMeter Meter => _meter ??= new(_queue, scaling.Value, options.Value.TicketTime, Now);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(OnTick, new GrainTimerCreationOptions(Tick, Tick) { Interleave = true, KeepAlive = true });
        _ = new MemberWatch(Updates, Died, time, logger).RunAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        PoolGauges.Remove(this);
        return _stopping.CancelAsync();
    }

    public async Task<PublishReply> PublishAsync(RoundTicket ticket)
    {
        // Also for workers of earlier versions, which would run it.
        if (await Quarantine.OfAsync(ticket.ModelHash) is { } quarantined)
            return new(quarantined, _queue.Devices.Serving);
        var reply = _queue.Publish(ticket, Now);
        Serve();
        return reply;
    }

    public Task WithdrawAsync(string image)
    {
        _queue.Withdraw(image, Now);
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<Lease>> AcquireAsync(AcquireRequest request, CancellationToken ct = default)
    {
        if (IsGone(request.Device.SiloAddress)) return [];
        var leases = Acquire(request);
        if (leases.Count > 0 || request.MaxWait <= TimeSpan.Zero) return leases;
        var wait = request.MaxWait < LongestWait ? request.MaxWait : LongestWait;
        leases = await (request.InteractiveOnly ? _forInteractive : _waiters).WaitAsync(request with { MaxWait = wait }, time, ct);
        if (leases.Count == 0 || !ct.IsCancellationRequested) return leases;
        // The caller has gone and will not see them.
        _queue.TakeBack(leases);
        Serve();
        return [];
    }

    public Task<ReportReply> ReportAsync(DeviceReport report)
    {
        // A process that was declared dead may still run for a moment: what it holds is being computed elsewhere.
        if (IsGone(report.Device.SiloAddress)) return Task.FromResult(new ReportReply([.. report.Holds.Select(l => l.Id)]));
        var reply = _queue.Report(report, Now);
        Serve();
        return Task.FromResult(reply);
    }

    public Task<int> AnnounceAsync(JobBacklog backlog)
    {
        Meter.Announce(backlog, Now);
        return Task.FromResult(_queue.Devices.Serving);
    }

    public Task<PoolLoad> MeasureLoadAsync()
    {
        Measure();
        return Task.FromResult(Meter.Load());
    }

    public Task<int> CountDevicesAsync() => Task.FromResult(_queue.Devices.Serving);

    public Task<PoolThroughput> ReadThroughputAsync(long firstSecond) => Task.FromResult(_queue.Throughput.Read(firstSecond, Now));

    public Task<int> DrainAsync(string silo, bool drain)
    {
        var devices = _queue.Drain(silo, drain);
        if (devices > 0) logger.DrainWanted(silo, Pool, drain);
        Serve();
        return Task.FromResult(devices);
    }

    public Task<PoolView> DescribeAsync() => Task.FromResult(_queue.Describe(Pool, Now));

    private Task OnTick(CancellationToken cancellation)
    {
        // Frozen or starved, this process has heard nobody.
        if (_ticked != default && Now - _ticked > 3 * Tick) _queue.WasAway(Now - _ticked);
        _ticked = Now;
        _queue.Tick(Now);
        Serve();
        _waiters.AskAgain(Acquire);
        ReportLost();
        Measure();
        (_instances ??= new(GrainFactory, _queue, IsActive, time, logger)).ReadIfDue();
        Quarantine.ReadIfDue();
        return Task.CompletedTask;
    }

    private void Measure()
    {
        var workers = membership.CurrentSnapshot.Members.Values.Count(m => m.Status == SiloStatus.Active && SiloNotes.Pool(metadata, m.SiloAddress) == Pool);
        Meter.Tick(workers, Now);
        var load = Meter.Load();
        var wanted = WorkersWanted.Of(load, scaling.Value.TargetDrain, scaling.Value.MaxWorkers, scaling.Value.UnmeasuredWorkers);
        PoolGauges.Set(this, new(Pool, _queue.Tickets.Sum(t => t.PendingPoints), _queue.Tickets.Sum(t => t.LeasedPoints),
            load.Now.SecondsFor(scaling.Value.TargetDrain, scaling.Value.UnmeasuredWorkers), wanted));
    }

    private IReadOnlyList<Lease> Acquire(AcquireRequest request) => _queue.Acquire(request, Now).Told(_queue, Pool, Now);

    private void Serve()
    {
        _waiters.Serve(() => _queue.NextModel(), Acquire);
        // What no free device has taken goes before the batch work that busy ones have in hand.
        _forInteractive.Serve(() => _queue.NextModel(interactiveOnly: true), Acquire);
    }

    private void Died(IEnumerable<SiloAddress> silos)
    {
        foreach (var silo in silos) Left(silo.ToParsableString());
        Serve();
        ReportLost();
    }

    private async IAsyncEnumerable<ClusterMembershipSnapshot> Updates([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(cancellation)) yield return snapshot;
    }

    private bool IsActive(string silo) => membership.CurrentSnapshot.GetSiloStatus(SiloAddress.FromParsableString(silo)) == SiloStatus.Active;

    private bool IsGone(string silo) => _gone.TryGet(silo, out _);

    private void Left(string silo)
    {
        if (!_gone.Add(silo, true)) return;
        _waiters.LetGo(silo);
        _forInteractive.LetGo(silo);
        if (_queue.Devices.Of(silo).Count == 0) return;
        logger.SiloLeft(silo, Pool);
        if (_queue.SiloLeft(silo, Now) is { } killer) _ = Quarantine.BlameAsync(killer);
    }

    private void ReportLost()
    {
        if (_queue.ReturnedByDrain > _returnedReported)
            ClusterMetrics.DrainReturned.Add(_queue.ReturnedByDrain - _returnedReported, new KeyValuePair<string, object?>("pool", Pool));
        _returnedReported = _queue.ReturnedByDrain;
        if (_queue.Lost == _lostReported) return;
        ClusterMetrics.LeaseExpired.Add(_queue.Lost - _lostReported, new KeyValuePair<string, object?>("pool", Pool));
        logger.LeasesLost(Pool, _queue.Lost - _lostReported);
        _lostReported = _queue.Lost;
    }
}
