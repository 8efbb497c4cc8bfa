using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Queue;

/// <summary>
/// Decides whose shards go next: interactive before batch, to which an eighth is left where interactive work never ends; then the tenant,
/// and of its jobs the one, that has had the least for its weight (start-time fair queueing on points); within a job the oldest ticket.
/// </summary>
/// <remarks>A device that has a model loaded may get that model's job first when it is at most one <c>slack</c> ahead of its share,
/// so a warm device seldom loads another model and no job waits longer than that.</remarks>
internal sealed class FairScheduler
{
    // Points of interactive work for each of batch work that waits: who floods a pool slows batch work of others down and does not stop it.
    private const double InteractiveShare = 7;

    private readonly FairShares<FairShares<TicketLine>>[] _classes = [new(), new()];

    // How many points interactive work is ahead of that share.
    private double _ahead;

    /// <summary>Adds a ticket.</summary>
    public void Add(TicketEntry entry) => Line(entry).Add(entry);

    /// <summary>Removes a ticket. Shares of tenants and jobs without any ticket are forgotten.</summary>
    public void Remove(TicketEntry entry)
    {
        var tenants = Class(entry);
        if (tenants.Find(entry.Tenant) is not { } jobs || jobs.Find(entry.Job) is not { } line) return;
        line.Remove(entry);
        if (line.Count == 0) jobs.Leave(entry.Job);
        if (jobs.Count == 0) tenants.Leave(entry.Tenant);
    }

    /// <summary>Chooses the ticket to lease from; null when nothing is pending.</summary>
    /// <param name="loadedModels">Hashes of the models that the device has loaded.</param>
    /// <param name="slack">How many points a warm job, or interactive work, may be ahead of its share.</param>
    /// <param name="interactiveOnly">Whether batch work is left out.</param>
    /// <param name="level">What the device knows of; tickets that need more are passed over.</param>
    public TicketEntry? Next(IReadOnlyCollection<string> loadedModels, double slack, bool interactiveOnly = false, int level = int.MaxValue)
    {
        bool Ready(TicketLine line) => line.First() is { } first && first.Ticket.Level <= level;
        bool Warm(TicketLine line) => loadedModels.Contains(line.Model) && Ready(line);
        var person = Next(JobPriority.Interactive);
        if (interactiveOnly) return person;
        return person is null || _ahead > slack ? Next(JobPriority.Batch) ?? person : person;

        TicketEntry? Next(JobPriority priority) => _classes[(int)priority]
            .Choose(jobs => jobs.Members.Any(Ready), jobs => jobs.Members.Any(Warm), slack)
            ?.Choose(Ready, Warm, slack)?.First();
    }

    /// <summary>Charges points to a ticket's job and tenant.</summary>
    public void Charge(TicketEntry entry, int points)
    {
        var isBatchWaiting = _classes[(int)JobPriority.Batch].Count > 0;
        // Of batch work that nothing interactive waited for, only the last block counts.
        _ahead = !isBatchWaiting ? 0 : entry.Ticket.Priority == JobPriority.Interactive ? _ahead + points
            : Math.Max(0, _ahead) - InteractiveShare * points;
        var tenants = Class(entry);
        tenants.Charge(entry.Tenant, points / entry.Ticket.TenantWeight);
        tenants.Find(entry.Tenant)?.Charge(entry.Job, points / entry.Ticket.Weight);
    }

    private FairShares<FairShares<TicketLine>> Class(TicketEntry entry) => _classes[(int)entry.Ticket.Priority];

    private TicketLine Line(TicketEntry entry) =>
        Class(entry).Join(entry.Tenant, () => new()).Join(entry.Job, () => new TicketLine(entry.Ticket.ModelHash));
}
