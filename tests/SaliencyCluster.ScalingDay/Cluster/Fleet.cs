using SaliencyCluster.ScalingDay.Events;

namespace SaliencyCluster.ScalingDay.Cluster;

/// <summary>The workers there are; scaling down takes those that have not started, then the newest, as Kubernetes does.</summary>
internal sealed class Fleet(EventLoop loop, Gateway gateway, Surroundings surroundings)
{
    private readonly List<SimulatedWorker> _all = [];
    private readonly Random _random = new(2);
    private int _previousDirection;
    private DateTimeOffset _lastStepUp;

    /// <summary>Gets the number that was last asked for.</summary>
    public int Replicas { get; private set; }

    /// <summary>Gets the most that were asked for.</summary>
    public int MaxReplicas { get; private set; }

    /// <summary>Gets how often scaling turned from up to down or from down to up.</summary>
    public int Turns { get; private set; }

    /// <summary>Gets the least seconds from a step up to the next step down.</summary>
    public double ShortestStay { get; private set; } = double.PositiveInfinity;

    /// <summary>Gets the workers that are members of the cluster and not leaving.</summary>
    public int Members => _all.Count(w => w is { IsReady: true, IsDraining: false });

    /// <summary>Gets the points that were computed and counted.</summary>
    public long Points { get; private set; }

    /// <summary>Gets how many workers were taken back by the provider.</summary>
    public int Reclaimed { get; private set; }

    /// <summary>Gets the points that workers still held when they left.</summary>
    public long LostPoints => _all.Sum(w => (long)w.LostPoints);

    /// <summary>Gets every worker that ever was.</summary>
    public IReadOnlyList<SimulatedWorker> All => _all;

    /// <summary>Counts points of a worker that is not of the fleet.</summary>
    public void Count(int points) => Points += points;

    public void ScaleTo(int replicas)
    {
        if (replicas == Replicas) return;
        var direction = Math.Sign(replicas - Replicas);
        if (_previousDirection != 0 && direction != _previousDirection) Turns++;
        if (direction > 0) _lastStepUp = loop.Now;
        else ShortestStay = Math.Min(ShortestStay, (loop.Now - _lastStepUp).TotalSeconds);
        (_previousDirection, Replicas, MaxReplicas) = (direction, replicas, Math.Max(MaxReplicas, replicas));
        var serving = _all.Where(w => w is { Gone: null, IsDraining: false }).ToList();
        for (var i = serving.Count; i < replicas; i++) Start();
        foreach (var worker in serving.OrderBy(w => w.IsReady).ThenByDescending(w => w.Created).Take(serving.Count - replicas)) worker.Stop();
    }

    private void Start()
    {
        var start = surroundings.StartSeconds + (_random.Next(2) == 0 ? surroundings.PullSeconds : 0);
        var worker = new SimulatedWorker(_all.Count, "cuda", 1, start, loop, gateway, Count);
        _all.Add(worker);
        if (surroundings.ReclaimHours == 0) return;
        loop.After(-Math.Log(1 - _random.NextDouble()) * surroundings.ReclaimHours * 3600, () =>
        {
            if (worker.Gone is not null || worker.IsDraining) return;
            Reclaimed++;
            worker.Stop();
            // Its controller makes another one at once.
            Start();
        });
    }
}
