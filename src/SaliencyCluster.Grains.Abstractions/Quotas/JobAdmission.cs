namespace SaliencyCluster.Grains.Abstractions.Quotas;

/// <summary>What the one who submits a job may do; no part of what is asked, so the same job may be submitted again with another key.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobAdmission")]
public sealed record JobAdmission
{
    /// <summary>Gets the share of the pool that the job gives to its tenant, against other tenants.</summary>
    /// <value>From 0.01 to 100. The default is 1.</value>
    [Id(0)] public double TenantWeight { get; init; } = 1;

    /// <summary>Gets what the tenant may hold, this job included.</summary>
    [Id(1)] public TenantLimits Limits { get; init; } = TenantLimits.None;

    /// <summary>Gets the bytes of the job's images as they are stored.</summary>
    [Id(2)] public long ImageBytes { get; init; }
}
