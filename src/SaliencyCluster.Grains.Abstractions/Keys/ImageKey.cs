using System.Globalization;

namespace SaliencyCluster.Grains.Abstractions.Keys;

/// <summary>Names one image of a job: the key of <see cref="Aggregation.IAggregatorGrain"/>.</summary>
/// <param name="Tenant">Who owns the job.</param>
/// <param name="JobId">The job.</param>
/// <param name="Index">The image's place in the job, from 0; it also keys the noise.</param>
public readonly record struct ImageKey(string Tenant, string JobId, int Index)
{
    /// <summary>Gets the job.</summary>
    public JobKey Job => new(Tenant, JobId);

    /// <summary>Reads a grain key.</summary>
    public static ImageKey Parse(string key) =>
        GrainKeys.Split(key, 3) is [var tenant, var job, var index] ? new(tenant, job, GrainKeys.Number(index)) : default;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Tenant}/{JobId}/{Index}");
}
