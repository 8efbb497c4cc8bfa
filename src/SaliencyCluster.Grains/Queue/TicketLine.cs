namespace SaliencyCluster.Grains.Queue;

/// <summary>The tickets of one job, oldest first.</summary>
internal sealed class TicketLine(string model)
{
    private readonly LinkedList<TicketEntry> _tickets = [];

    /// <summary>Gets the model of the job.</summary>
    public string Model { get; } = model;

    public int Count => _tickets.Count;

    public void Add(TicketEntry entry) => _tickets.AddLast(entry);

    public void Remove(TicketEntry entry) => _tickets.Remove(entry);

    /// <summary>Gets the oldest ticket with shards that nobody has leased.</summary>
    public TicketEntry? First()
    {
        for (var node = _tickets.First; node is not null; node = node.Next)
        {
            if (node.Value.Pending.Count > 0) return node.Value;
        }
        return null;
    }
}
