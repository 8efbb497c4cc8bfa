using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.ScalingDay.Cluster;

namespace SaliencyCluster.ScalingDay.Work;

/// <summary>Offers the images of a job as the cluster does: a window at a time, the rest announced.</summary>
internal sealed class RunningJob(JobPlan plan, int number, Gateway gateway, DateTimeOffset submitted)
{
    private const int MinWindow = 8, LargestWindow = 256, ImagesPerDevice = 8;
    private readonly JobKey _key = new($"job-{number}");
    private readonly Dictionary<string, ImageState> _open = [];
    private int _started;
    private int _done;

    public DateTimeOffset Submitted { get; } = submitted;

    public DateTimeOffset? FirstSum { get; private set; }

    public DateTimeOffset? Ended { get; private set; }

    public JobPlan Plan => plan;

    /// <summary>Starts images until the window is full, offers those under way again, and announces the rest.</summary>
    public void Pump()
    {
        if (Ended is not null) return;
        var devices = gateway.Queue.Devices.Serving;
        var window = Math.Clamp(devices * ImagesPerDevice, MinWindow, LargestWindow);
        while (_open.Count < window && _started < plan.Images)
        {
            var image = _key.Image(_started++).ToString();
            _open.Add(image, new());
            gateway.Images[image] = this;
        }
        foreach (var (image, state) in _open) gateway.Queue.Publish(Ticket(image, state), gateway.Now);
        gateway.Meter.Announce(new(_key.ToString(), plan.Model, "smoothgrad", (long)(plan.Images - _started) * plan.PointsPerImage), gateway.Now);
    }

    /// <summary>Counts the sums of a lease once; says how many points were new.</summary>
    public int Add(Lease lease, DateTimeOffset now)
    {
        FirstSum ??= now;
        if (!_open.TryGetValue(lease.Image, out var state)) return 0;
        var points = 0;
        for (var shard = lease.Shards.First; shard < lease.Shards.End; shard++)
        {
            if (state.Done.Add(shard)) points += JobPlan.ShardPoints;
        }
        if (state.Done.Count < Shards) return points;
        _open.Remove(lease.Image);
        gateway.Images.Remove(lease.Image);
        gateway.Queue.Withdraw(lease.Image, now);
        if (++_done == plan.Images) Ended = now;
        Pump();
        return points;
    }

    private int Shards => plan.PointsPerImage / JobPlan.ShardPoints;

    private RoundTicket Ticket(string image, ImageState state) => new()
    {
        Image = image,
        Round = 1,
        Owner = gateway.Owner,
        Missing = [.. Enumerable.Range(0, Shards).Where(s => !state.Done.Contains(s)).Select(s => new ShardRange(s, 1))],
        Points = plan.PointsPerImage,
        ShardPoints = JobPlan.ShardPoints,
        ModelHash = plan.Model,
        Method = "smoothgrad",
    };

    private sealed class ImageState
    {
        public HashSet<int> Done { get; } = [];
    }
}
