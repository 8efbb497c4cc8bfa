namespace SaliencyCluster.Grains.Abstractions.Aggregation;

/// <summary>What a job calls whose requests leave out what is in <see cref="ImageWork.Facts"/>; the key is that of <see cref="IAggregatorGrain"/>.
/// </summary>
/// <remarks>
/// An interface of its own: a gateway of an earlier version would take such requests for whole ones. It does not know the interface, so the
/// activation moves to one that does. Workers, which may be newer than all gateways, do not call it.
/// </remarks>
[Version(1), Alias("saliency.v1.IAggregatorJobGrain")]
public interface IAggregatorJobGrain : IGrainWithStringKey
{
    /// <summary>As <see cref="IAggregatorWorkGrain.StartAsync"/>.</summary>
    [Alias("Start")]
    Task StartAsync(ImageWork work);
}
