using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue.Scaling;

namespace SaliencyCluster.Grains.Queue;

/// <summary>The whole state of one pool's queue: tickets, leases, devices. Pure: time is an argument, nothing is called.</summary>
internal sealed class PoolQueue(QueueOptions options, DateTimeOffset started)
{
    private static readonly TimeSpan SuspectTime = TimeSpan.FromMinutes(10);
    private const int MaxNeverHeld = 20;
    private readonly Dictionary<string, TicketEntry> _tickets = [];
    private readonly FairScheduler _scheduler = new();
    private readonly LeaseTable _leases = new(options.LeaseTime);
    private readonly DeviceTable _devices = new();
    private readonly WorkSpeeds _leaseSpeeds = new();
    private readonly Dictionary<string, WorkSpeeds> _providerSpeeds = Providers.ToDictionary(p => p, _ => new WorkSpeeds());
    private readonly Dictionary<string, DateTimeOffset> _withdrawn = [];
    private readonly Dictionary<string, DateTimeOffset> _suspects = [];
    private readonly ThroughputHistory _throughput = new();

    /// <summary>Gets the number of leases that ran out or were lost with their process.</summary>
    public long Lost { get; private set; }

    /// <summary>Gets the number of leases that workers which leave gave back unfinished: they had no time left.</summary>
    public long ReturnedByDrain { get; private set; }

    public IEnumerable<TicketEntry> Tickets => _tickets.Values;

    public DeviceTable Devices => _devices;

    public LeaseTable Leases => _leases;

    /// <summary>Gets what one device does in a second, for each kind of work.</summary>
    public WorkSpeeds Speeds { get; } = new();

    /// <summary>Gets the providers that devices may have.</summary>
    public static IReadOnlyList<string> Providers { get; } = ["cpu", "cuda", "tensorrt"];

    /// <summary>Gets what one device of a provider does in a second.</summary>
    public WorkSpeeds SpeedsOf(string provider) => _providerSpeeds[provider];

    /// <summary>Gets how many points of a kind one device does in a second: as measured here or, after the queue has started anew, as the
    /// devices themselves remember of the model; null where nobody knows.</summary>
    /// <param name="kind">The kind of work.</param>
    /// <param name="provider">Of devices of this provider only; null for all.</param>
    public double? PointsPerSecond(WorkKind kind, string? provider) =>
        (provider is null ? Speeds : SpeedsOf(provider)).PointsPerSecond(kind) ?? _devices.InstanceSpeed(kind.Model, provider);

    /// <summary>Gets what was computed lately.</summary>
    public ThroughputHistory Throughput => _throughput;

    /// <summary>Adds a ticket, replaces the image's earlier one, or takes note that it is still wanted.</summary>
    public PublishReply Publish(RoundTicket ticket, DateTimeOffset now)
    {
        if (_tickets.TryGetValue(ticket.Image, out var entry) && entry.Ticket.Round == ticket.Round)
        {
            // Where it stands follows from its priority, which another activation of the aggregator may know anew.
            var moves = ticket.Owner != entry.Ticket.Owner && ticket.Priority != entry.Ticket.Priority;
            if (moves) _scheduler.Remove(entry);
            entry.Refresh(ticket, now);
            if (moves) _scheduler.Add(entry);
        }
        else
        {
            Withdraw(ticket.Image, now);
            entry = new TicketEntry(ticket, now);
            _tickets.Add(ticket.Image, entry);
            _scheduler.Add(entry);
        }
        return new(entry.Poison, _devices.Serving);
    }

    /// <summary>Forgets an image; its leases are dropped with their devices' next reports.</summary>
    public void Withdraw(string image, DateTimeOffset now)
    {
        _withdrawn[image] = now;
        if (!_tickets.Remove(image, out var entry)) return;
        foreach (var lease in entry.Leases.ToArray()) _leases.Recall(lease);
        _scheduler.Remove(entry);
    }

    /// <summary>Gives up what waits of a model; its images are told with their aggregators' next offers.</summary>
    public void GiveUp(string model, ErrorInfo why)
    {
        foreach (var entry in _tickets.Values.Where(t => t.Ticket.ModelHash == model && t.Poison is null))
        {
            entry.Poison = why;
            entry.Pending.Clear();
        }
    }

    /// <summary>Leases shards to a device; empty when there is nothing for it.</summary>
    public IReadOnlyList<Lease> Acquire(AcquireRequest request, DateTimeOffset now)
    {
        var device = _devices.Seen(request.Device, now);
        device.Models = request.Models;
        if (!device.TakesWork || now < device.PausedUntil) return [];
        var granted = new List<Lease>();
        while (granted.Count < Math.Max(1, request.MaxLeases) && !device.Leases.Exists(l => l.IsAlone)
            && (NextPending(device, request, now) ?? (request.InteractiveOnly ? null : Repeat(device, request, granted, now))) is { } lease)
            granted.Add(lease);
        return granted;
    }

    /// <summary>Takes back leases that their device never got.</summary>
    public void TakeBack(IReadOnlyList<Lease> leases)
    {
        foreach (var lease in leases.Select(l => _leases.Find(l.Id)).OfType<LeaseEntry>())
        {
            _leases.End(lease);
            lease.Ticket.PutBack(lease.Lease.Shards);
        }
    }

    /// <summary>Gets the model of the shards that go next; null when an idle device would get nothing.</summary>
    public string? NextModel(bool interactiveOnly = false) => _scheduler.Next([], slack: 0, interactiveOnly)?.Ticket.ModelHash;

    /// <summary>Renews what a device holds and ends what it says.</summary>
    public ReportReply Report(DeviceReport report, DateTimeOffset now)
    {
        var device = _devices.Seen(report.Device, now);
        (device.Models, device.Draining) = (report.Models, report.Draining);
        (device.Lanes, device.ModelBytes) = (report.Lanes, report.ModelBytes);
        foreach (var end in report.Ended) End(end, now);
        var dropped = new List<Guid>();
        foreach (var held in report.Holds)
        {
            if (_leases.Find(held.Id) is { } lease) _leases.Renew(lease, now);
            else if (!Adopt(held, device, now)) dropped.Add(held.Id);
        }
        return new([.. dropped], device.DrainWanted);
    }

    /// <summary>Lets the devices of a process take no further work, or work again; returns how many there are.</summary>
    public int Drain(string silo, bool drain)
    {
        var devices = _devices.All.Where(d => d.Id.Silo == silo).ToList();
        foreach (var device in devices)
        {
            // Until its next report it still says what it was told; whoever resumes it must not read that it drains.
            if (!drain && device.DrainWanted == true) device.Draining = false;
            device.DrainWanted = drain;
        }
        return devices.Count;
    }

    /// <summary>Takes note that nothing was heard here for some time, which is no fault of those who have spoken meanwhile.</summary>
    public void WasAway(TimeSpan time) => _leases.PutOff(time);

    /// <summary>Takes back leases that ran out, and forgets tickets and devices that nobody has mentioned for long.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var lease in _leases.Expired(now)) Lose(lease, "did not report in time");
        foreach (var entry in _tickets.Values.Where(t => now - t.Refreshed > options.TicketTime).ToArray()) Withdraw(entry.Ticket.Image, now);
        foreach (var (image, _) in _withdrawn.Where(w => now - w.Value > options.TicketTime).ToArray()) _withdrawn.Remove(image);
        foreach (var (model, _) in _suspects.Where(s => now - s.Value > SuspectTime).ToArray()) _suspects.Remove(model);
        _devices.Forget(now - options.TicketTime);
        _leases.Forget(now);
        _throughput.Forget(now);
    }

    /// <summary>Takes back everything from the devices of a process that died or left.</summary>
    /// <returns>The lease that ended the process, as far as anybody can know: the one thing that it had in hand, of shards that were lost
    /// with others before. Null where there is none. Its model is a suspect for a while: what it does is by itself from the first attempt on,
    /// so that fewer workers end until it is quarantined, and none with others' work in hand.</returns>
    public LeaseEntry? SiloLeft(string siloAddress, DateTimeOffset now)
    {
        var devices = _devices.Of(siloAddress);
        var killer = devices.SelectMany(d => d.Leases).ToList() is [{ Device.Draining: false, MayHaveBegun: true } only]
            && only.Lease.Attempt >= (_suspects.ContainsKey(only.Lease.ModelHash) ? Math.Min(2, options.MaxAttempts) : options.MaxAttempts) ? only : null;
        if (killer is not null) _suspects[killer.Lease.ModelHash] = now;
        foreach (var device in devices)
        {
            foreach (var lease in device.Leases.ToArray()) Lose(lease, "died");
            _devices.Remove(device);
        }
        return killer;
    }

    private Lease? NextPending(DeviceEntry device, AcquireRequest request, DateTimeOffset now)
    {
        if (_scheduler.Next(request.Models, slack: 4.0 * request.MaxPoints, request.InteractiveOnly, request.Level) is not { } entry) return null;
        if (MustBeAlone(entry, entry.NextAttempt) && device.Leases.Count > 0) return null;
        // Neither more than the device does in its time, nor more than its part of what is there: others wait too.
        var fair = (entry.Pending.Count + _devices.Serving - 1) / Math.Max(1, _devices.Serving);
        var (shards, attempt) = entry.Take(Math.Clamp(PointsFor(request, entry, device) / entry.Ticket.ShardPoints, 1, Math.Max(1, fair)));
        return Grant(entry, shards, attempt, device, request, now);
    }

    // By model and method: what a light model takes says nothing of a heavy one. What this queue has seen of the device first, then what the
    // device's instance of the model knows from before, then the other devices; work that was never measured goes a shard at a time.
    private int PointsFor(AcquireRequest request, TicketEntry entry, DeviceEntry device)
    {
        if (request.LeaseWork <= TimeSpan.Zero) return request.MaxPoints;
        var kind = new WorkKind(entry.Ticket.ModelHash, entry.Ticket.Method);
        var rate = device.LeaseSpeeds.PointsPerSecond(kind) ?? device.InstanceSpeed(kind.Model) ?? _leaseSpeeds.PointsPerSecond(kind) ?? 0;
        return (int)Math.Min(1_000_000, rate * request.LeaseWork.TotalSeconds);
    }

    // A shard that ends its worker takes down what the worker holds besides. At its last attempt a shard is by itself, so that none is given
    // up for what another one did.
    private bool MustBeAlone(TicketEntry entry, int attempt) =>
        (attempt > 1 && attempt >= options.MaxAttempts) || _suspects.ContainsKey(entry.Ticket.ModelHash);

    private Lease? Repeat(DeviceEntry device, AcquireRequest request, List<Lease> granted, DateTimeOffset now) =>
        granted.Count == 0 && _leases.Straggler(device, Patience, now) is { } slow && slow.Ticket.Ticket.Level <= request.Level
            ? Grant(slow.Ticket, slow.Lease.Shards, slow.Lease.Attempt, device, request, now) : null;

    private Lease Grant(TicketEntry entry, ShardRange shards, int attempt, DeviceEntry device, AcquireRequest request, DateTimeOffset now)
    {
        var (ticket, isAlone) = (entry.Ticket, MustBeAlone(entry, attempt));
        var lease = new Lease(Guid.NewGuid(), ticket.Image, ticket.Round, shards, ticket.PointsOf(shards), ticket.ModelHash, attempt)
        {
            Incarnation = ticket.Incarnation,
            Confirm = request.Confirms && (attempt > 1 || isAlone),
            Method = ticket.Method,
            Priority = ticket.Priority,
            TraceParent = ticket.TraceParent,
        };
        _leases.Grant(lease, device, entry, isAlone, now);
        _scheduler.Charge(entry, lease.Points);
        return lease;
    }

    private TimeSpan Patience(LeaseEntry lease)
    {
        var rate = _leaseSpeeds.PointsPerSecond(new(lease.Lease.ModelHash, lease.Lease.Method)) ?? 0;
        var expected = rate > 0 ? TimeSpan.FromSeconds(options.SpeculateFactor * lease.Lease.Points / rate) : TimeSpan.MaxValue / 4;
        return expected > options.SpeculateAfter ? expected : options.SpeculateAfter;
    }

    // After the queue moved to another silo, devices still hold leases that this activation never granted.
    private bool Adopt(Lease held, DeviceEntry device, DateTimeOffset now)
    {
        if (!_tickets.TryGetValue(held.Image, out var entry))
            return now - started < options.TicketTime && !_withdrawn.ContainsKey(held.Image);
        if (entry.Ticket.Round != held.Round || !entry.Pending.Contains(held.Shards)) return false;
        entry.Pending.Remove(held.Shards);
        _leases.Grant(held, device, entry, MustBeAlone(entry, held.Attempt), now).IsConfirmed = true;
        return true;
    }

    private void End(LeaseEnd end, DateTimeOffset now)
    {
        // The partial of a round's last lease often arrives before the device's report: the image is withdrawn by then.
        if (end.How == LeaseEnding.Done && _leases.TakeRecalled(end.Id) is { } recalled) RecordDone(recalled, end, now);
        if (_leases.Find(end.Id) is not { } lease) return;
        _leases.End(lease);
        switch (end.How)
        {
            case LeaseEnding.Done:
                RecordDone(lease, end, now);
                lease.Ticket.CountDone();
                foreach (var twin in lease.Ticket.Leases.Where(l => l.Lease.Shards == lease.Lease.Shards).ToArray()) _leases.Recall(twin);
                break;
            case LeaseEnding.Returned:
                GiveBack(lease);
                break;
            default:
                var error = end.Error ?? new ErrorInfo("SAL4103", $"{lease.Device.Id.Label} failed without saying why.", "Look at its log.");
                // A trial that a model ended says nothing of the device, which others wait for.
                if (end.How != LeaseEnding.Refused && error.Code != "SAL4022") lease.Device.Fail(now);
                var attempts = lease.Ticket.CountFailure(lease.Lease.Shards, lease.Device, _devices.Serving);
                Retry(lease, end.How == LeaseEnding.Refused ? error : attempts < options.MaxAttempts ? null : Failed(attempts, error));
                break;
        }
    }

    private void RecordDone(LeaseEntry lease, LeaseEnd end, DateTimeOffset now)
    {
        var deviceSeconds = end.DeviceSeconds > 0 ? end.DeviceSeconds : end.Seconds;
        lease.Device.Record(lease.Lease.Points, deviceSeconds);
        var kind = new WorkKind(lease.Lease.ModelHash, lease.Ticket.Ticket.Method);
        Speeds.Record(kind, lease.Lease.Points, deviceSeconds);
        foreach (var (provider, speeds) in _providerSpeeds)
        {
            if (provider == lease.Device.Id.Provider) speeds.Record(kind, lease.Lease.Points, deviceSeconds);
            else speeds.RecordElsewhere(kind, lease.Lease.Points, deviceSeconds);
        }
        _leaseSpeeds.Record(kind, lease.Lease.Points, end.Seconds);
        lease.Device.LeaseSpeeds.Record(kind, lease.Lease.Points, end.Seconds);
        var ticket = lease.Ticket.Ticket;
        _throughput.Record(
            lease.Ticket.Tenant, (ticket.ModelHash, ticket.ModelLabel), ticket.Method, lease.Device.Id.Silo, lease.Lease.Points, end.Seconds, now);
    }

    private void GiveBack(LeaseEntry lease)
    {
        if (lease.Device.Draining) ReturnedByDrain++;
        lease.Ticket.PutBack(lease.Lease.Shards);
    }

    private void Lose(LeaseEntry lease, string why)
    {
        _leases.End(lease);
        // Granted in the moment in which the device began to drain: it had stopped asking, so the answer found nobody.
        if (lease.Device.Draining && !lease.IsConfirmed)
        {
            GiveBack(lease);
            return;
        }
        Lost++;
        // Most often it went to a request whose sender had died; what ends every worker that is sent it must come to an end all the same.
        if (!lease.MayHaveBegun && lease.Ticket.CountNeverHeld(lease.Lease.Shards) <= MaxNeverHeld)
        {
            Retry(lease, null);
            return;
        }
        var attempts = lease.Ticket.CountAttempt(lease.Lease.Shards);
        Retry(lease, attempts < options.MaxAttempts ? null : new ErrorInfo(
            "SAL4101",
            $"Shards {lease.Lease.Shards} of image {lease.Lease.Image} were lost with {attempts} devices, the last of which, {lease.Device.Id.Label}, {why}.",
            "Look at the workers' logs for what ended them; then retry the job's failed images."));
    }

    private static void Retry(LeaseEntry lease, ErrorInfo? verdict)
    {
        lease.Ticket.Poison ??= verdict;
        if (lease.Ticket.Poison is null) lease.Ticket.PutBack(lease.Lease.Shards);
        else lease.Ticket.Pending.Clear();
    }

    private ErrorInfo Failed(int attempts, ErrorInfo last) => new(
        last.Code, $"It failed {attempts} times on the devices there are; the last time: {last.What}", last.Next);
}
