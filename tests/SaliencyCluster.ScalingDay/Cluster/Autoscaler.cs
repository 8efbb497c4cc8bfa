using SaliencyCluster.ScalingDay.Events;

namespace SaliencyCluster.ScalingDay.Cluster;

/// <summary>
/// KEDA and the horizontal pod autoscaler, as Kubernetes documents them: zero to one by the activity, checked every second (a pushed
/// stream) and given up after the cool-down; one to many every 15 s by metric / target with 10% tolerance, at most doubling or four more
/// at a time; down without further waiting, since the scaler waits already.
/// </summary>
internal sealed class Autoscaler
{
    private const double SyncPeriod = 15, Tolerance = 0.1, CoolDown = 30;
    private readonly EventLoop _loop;
    private readonly Fleet _fleet;
    private DateTimeOffset _lastActive;

    public Autoscaler(EventLoop loop, Gateway gateway, Fleet fleet)
    {
        (_loop, _fleet, _lastActive) = (loop, fleet, loop.Now);
        loop.Every(1, () =>
        {
            gateway.Tick(fleet.Members);
            Activate(gateway.Wanted());
            return true;
        });
        loop.Every(SyncPeriod, () =>
        {
            Sync(gateway.Wanted());
            return true;
        });
    }

    private void Activate(int wanted)
    {
        if (wanted > 0) _lastActive = _loop.Now;
        if (wanted > 0 && _fleet.Replicas == 0) _fleet.ScaleTo(1);
        else if (wanted == 0 && _fleet.Replicas > 0 && (_loop.Now - _lastActive).TotalSeconds > CoolDown) _fleet.ScaleTo(0);
    }

    private void Sync(int wanted)
    {
        var now = _fleet.Replicas;
        if (now == 0 || Math.Abs((double)wanted / now - 1) <= Tolerance) return;
        _fleet.ScaleTo(Math.Max(1, Math.Min(wanted, Math.Max(2 * now, now + 4))));
    }
}
