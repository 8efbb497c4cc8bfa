using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.ScalingDay.Events;
using SaliencyCluster.ScalingDay.Work;

namespace SaliencyCluster.ScalingDay.Cluster;

/// <summary>A worker with one device: starts, pulls leases as the real one does, and drains when told to stop.</summary>
internal sealed class SimulatedWorker
{
    private const double LeaseSeconds = 8, ReportPeriod = 3, PollPeriod = 1;
    private readonly DeviceId _id;
    private readonly EventLoop _loop;
    private readonly Gateway _gateway;
    private readonly Action<int> _computed;
    private readonly Queue<Lease> _held = [];
    private readonly double _share;
    private double _rate;
    private bool _isComputing;

    public SimulatedWorker(
        int number, string provider, double share, double startSeconds, EventLoop loop, Gateway gateway, Action<int> computed)
    {
        (_loop, _gateway, _computed, _share, Created) = (loop, gateway, computed, share, loop.Now);
        _id = new($"worker-{number}", $"127.0.0.1:{number}@1", provider, provider);
        loop.After(startSeconds, () =>
        {
            if (Gone is not null) return;
            IsReady = true;
            loop.Every(ReportPeriod, () => Report());
            Pull();
        });
    }

    public DateTimeOffset Created { get; }

    public DateTimeOffset? Gone { get; private set; }

    public bool IsReady { get; private set; }

    public bool IsDraining { get; private set; }

    /// <summary>Gets the points that were in hand when it left; a drain must leave none.</summary>
    public int LostPoints { get; private set; }

    /// <summary>Stops: one that has not started goes at once, another finishes what it holds.</summary>
    public void Stop()
    {
        IsDraining = true;
        if (!IsReady || !_isComputing) Leave();
        else Report();
    }

    private void Pull()
    {
        if (Gone is not null || IsDraining) return;
        if (_held.Count < 2)
        {
            var most = _rate > 0 ? (int)(LeaseSeconds * _rate) : 1;
            foreach (var lease in _gateway.Queue.Acquire(new(_id, most, 2 - _held.Count, [], TimeSpan.Zero), _loop.Now)) _held.Enqueue(lease);
        }
        if (_isComputing) return;
        if (_held.Count > 0) Compute();
        else _loop.After(PollPeriod, Pull);
    }

    private void Compute()
    {
        _isComputing = true;
        var lease = _held.Peek();
        var speed = Speeds.Of(lease.ModelHash) * _share;
        var seconds = lease.Points / speed;
        _loop.After(seconds, () =>
        {
            _isComputing = false;
            _held.Dequeue();
            _rate = speed;
            if (_gateway.Images.TryGetValue(lease.Image, out var job)) _computed(job.Add(lease, _loop.Now));
            Report(new LeaseEnd(lease.Id, LeaseEnding.Done, Seconds: seconds, DeviceSeconds: seconds));
            if (_held.Count > 0) Compute();
            if (IsDraining && !_isComputing) Leave();
            else Pull();
        });
    }

    private bool Report(params LeaseEnd[] ended)
    {
        if (Gone is not null) return false;
        _gateway.Queue.Report(new() { Device = _id, Holds = [.. _held], Ended = ended, Draining = IsDraining }, _loop.Now);
        return true;
    }

    private void Leave()
    {
        LostPoints = _held.Sum(l => l.Points);
        Gone = _loop.Now;
        if (IsReady) _gateway.Queue.SiloLeft(_id.SiloAddress, _loop.Now);
    }
}
