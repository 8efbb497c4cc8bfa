using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue.Scaling;

/// <summary>What jobs have said they will still offer.</summary>
internal sealed class AnnouncedWork(TimeSpan lasts)
{
    private readonly Dictionary<string, (JobBacklog Backlog, DateTimeOffset Said)> _jobs = [];

    public IEnumerable<JobBacklog> All => _jobs.Values.Select(j => j.Backlog);

    public void Announce(JobBacklog backlog, DateTimeOffset now)
    {
        if (backlog.Points > 0) _jobs[backlog.Job] = (backlog, now);
        else _jobs.Remove(backlog.Job);
    }

    /// <summary>Forgets jobs that have not been heard of for long.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var (job, _) in _jobs.Where(j => now - j.Value.Said > lasts).ToArray()) _jobs.Remove(job);
    }
}
