using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue;

/// <summary>A lease, who holds it and until when.</summary>
internal sealed class LeaseEntry(Lease lease, DeviceEntry device, TicketEntry ticket, DateTimeOffset granted)
{
    public Lease Lease { get; } = lease;

    public DeviceEntry Device { get; } = device;

    public TicketEntry Ticket { get; } = ticket;

    public DateTimeOffset Granted { get; } = granted;

    public DateTimeOffset Deadline { get; set; }
}
