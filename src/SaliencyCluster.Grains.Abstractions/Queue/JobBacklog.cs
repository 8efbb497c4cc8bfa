namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>What a job will still offer: a job of 100,000 images has only a window of them in the queue at a time.</summary>
/// <param name="Job">The job, a <see cref="Keys.JobKey"/>.</param>
/// <param name="ModelHash">The model.</param>
/// <param name="Method">The method.</param>
/// <param name="Points">Expected points of images that have not been started; 0 for a job that is paused or has ended.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobBacklog")]
public sealed record JobBacklog(
    [property: Id(0)] string Job, [property: Id(1)] string ModelHash, [property: Id(2)] string Method, [property: Id(3)] long Points);
