namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>Which work goes first when there is more than the devices can do.</summary>
public enum JobPriority
{
    /// <summary>Shares the pool with other batch work by weight.</summary>
    Batch = 0,

    /// <summary>A person waits: overtakes all batch work that is not computing already.</summary>
    Interactive = 1,
}
