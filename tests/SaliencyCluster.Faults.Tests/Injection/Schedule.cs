namespace SaliencyCluster.Faults.Tests.Injection;

/// <summary>Faults at random times, all of them from one seed.</summary>
internal static class Schedule
{
    // A shard that is lost or damaged three times is given up, on purpose; two such faults cannot do that.
    private const int MaxCostly = 2;

    /// <summary>Makes the schedule of a seed.</summary>
    /// <param name="seed">The same seed gives the same schedule.</param>
    /// <param name="longFaults">Whether faults may last as long as in the soak: a minute of SIGSTOP, 20 s without database.</param>
    public static IReadOnlyList<Fault> Of(int seed, bool longFaults)
    {
        var random = new Random(seed);
        var kinds = Enum.GetValues<FaultKind>();
        var faults = new List<Fault>();
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            var kind = kinds[random.Next(kinds.Length)];
            var fault = new Fault(kind, random.Next(2), random.Next(3), 2.5 * random.NextDouble(), Length(kind, random, longFaults));
            // One fault of a kind that is undone afterwards; two freezes of one process would undo each other.
            if (faults.Exists(f => f.Kind == kind) || (fault.CostsAttempts && faults.Count(f => f.CostsAttempts) == MaxCostly)) continue;
            faults.Add(fault);
        }
        return faults;
    }

    /// <summary>Gets how long a fault of a kind lasts.</summary>
    public static double Length(FaultKind kind, Random random, bool longFaults) => random.NextDouble() is var part && longFaults && random.Next(4) == 0
        ? kind switch
        {
            FaultKind.FreezeWorker or FaultKind.FreezeGateway => 60,
            FaultKind.StopDatabase => 20,
            FaultKind.CutWorker or FaultKind.CutGateway => 30,
            _ => 5 + 5 * part,
        }
        : kind switch
        {
            // Past the lease time of 10 s, or between that and the 4 s after which the process counts as dead.
            FaultKind.FreezeWorker or FaultKind.FreezeGateway => 3 + 8 * part,
            FaultKind.StopDatabase => 2 + 3 * part,
            FaultKind.FillDisk => 1 + 3 * part,
            FaultKind.CutWorker or FaultKind.CutGateway => 2 + 5 * part,
            FaultKind.LosePackets => 3 + 3 * part,
            FaultKind.DamagePartials => 1 + 3 * part,
            _ => 0,
        };
}
