using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue;
using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.ScalingDay.Events;
using SaliencyCluster.ScalingDay.Work;

namespace SaliencyCluster.ScalingDay.Cluster;

/// <summary>The gateway's real queue, meter and decision, on the simulation's time.</summary>
internal sealed class Gateway
{
    private readonly EventLoop _loop;
    private readonly ScalingOptions _options;
    private readonly QueueOptions _queueOptions = new();

    public Gateway(EventLoop loop, ScalingOptions options)
    {
        (_loop, _options) = (loop, options);
        Restart();
    }

    public DateTimeOffset Now => _loop.Now;

    public PoolQueue Queue { get; private set; } = null!;

    public LoadMeter Meter { get; private set; } = null!;

    /// <summary>Gets which start of the gateway offers tickets.</summary>
    public Guid Owner { get; private set; }

    /// <summary>Gets the job of each image under way.</summary>
    public Dictionary<string, RunningJob> Images { get; } = [];

    /// <summary>Gets the leases lost until the last restart.</summary>
    public long Lost { get; private set; }

    /// <summary>Starts anew, knowing nothing: as after the crash of the process that held the queue.</summary>
    public void Restart()
    {
        Lost += Queue?.Lost ?? 0;
        Queue = new(_queueOptions, Now);
        Meter = new(Queue, _options, _queueOptions.TicketTime, Now);
        Owner = Guid.NewGuid();
    }

    public void Tick(int workers)
    {
        Queue.Tick(Now);
        Meter.Tick(workers, Now);
    }

    public PoolLoad Load() => Meter.Load();

    /// <summary>Gets how many workers with GPUs are wanted, as a ScaledObject of theirs asks.</summary>
    public int Wanted() => WorkersWanted.Of(Meter.Load().Of("cuda"), _options.TargetDrain, _options.MaxWorkers, _options.UnmeasuredWorkers);
}
