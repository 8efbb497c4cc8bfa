using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.State;

/// <summary>Lets 5 % of the storage's operations fail, half of the writes after they were carried out, and now and then every one for a while.</summary>
/// <remarks>An outage is counted in operations and not in seconds, so that it does not depend on how fast the machine is.</remarks>
internal sealed class StorageChaos(int seed)
{
    private const int BetweenOutages = 120, OutageOperations = 30;
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private int _operations;

    public FailureMoment? Next()
    {
        lock (_lock)
        {
            if (_operations++ % (BetweenOutages + OutageOperations) >= BetweenOutages) return FailureMoment.Before;
            var chance = _random.NextDouble();
            return chance < 0.025 ? FailureMoment.Before : chance < 0.05 ? FailureMoment.After : null;
        }
    }
}
