namespace SaliencyCluster.Grains.Jobs;

/// <summary>The pages at the start of a job that need no further look, and what they add up to.</summary>
/// <param name="Pages">Number of pages.</param>
/// <param name="Done">Images with a map.</param>
/// <param name="Failed">Images that failed.</param>
/// <param name="Points">Points of the images with a map.</param>
/// <param name="Bytes">Bytes of the maps.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.SettledPages")]
internal sealed record SettledPages(
    [property: Id(0)] int Pages, [property: Id(1)] int Done, [property: Id(2)] int Failed, [property: Id(3)] long Points,
    [property: Id(4)] long Bytes = 0)
{
    public static SettledPages None => new(0, 0, 0, 0);
}
