namespace SaliencyCluster.Faults.Tests.Injection;

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>kill -9 of a worker in the middle of its shards.</summary>
    KillWorker,

    /// <summary>kill -9 of a gateway.</summary>
    KillGateway,

    /// <summary>kill -9 of a gateway and a worker in the same instant.</summary>
    KillBoth,

    /// <summary>SIGTERM of a worker: it drains.</summary>
    TerminateWorker,

    /// <summary>SIGTERM of a gateway.</summary>
    TerminateGateway,

    /// <summary>SIGSTOP of a worker for longer than its leases last, then SIGCONT: a zombie that answers late.</summary>
    FreezeWorker,

    /// <summary>SIGSTOP of a gateway, then SIGCONT.</summary>
    FreezeGateway,

    /// <summary>PostgreSQL is stopped and started again.</summary>
    StopDatabase,

    /// <summary>The disk of the blobs is full for a while.</summary>
    FillDisk,

    /// <summary>The link of a worker is down for a while.</summary>
    CutWorker,

    /// <summary>The link of a gateway is down for a while.</summary>
    CutGateway,

    /// <summary>One packet in twenty is lost on the way to a gateway and a worker.</summary>
    LosePackets,

    /// <summary>Everything that a worker sends is damaged for a while.</summary>
    DamagePartials,
}

/// <summary>One fault of a schedule.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Gateway">Which gateway, where it concerns one.</param>
/// <param name="Worker">Which worker, where it concerns one.</param>
/// <param name="After">Seconds after the job was accepted.</param>
/// <param name="Seconds">How long, where it lasts.</param>
internal sealed record Fault(FaultKind Kind, int Gateway, int Worker, double After, double Seconds)
{
    /// <summary>Gets whether it can cost a shard one of its three attempts.</summary>
    public bool CostsAttempts => Kind is not (FaultKind.TerminateWorker or FaultKind.TerminateGateway or FaultKind.KillGateway or FaultKind.StopDatabase or FaultKind.FillDisk);

    public override string ToString() => FormattableString.Invariant($"{Kind} g{Gateway} w{Worker} after {After:0.00} s for {Seconds:0.0} s");
}
