using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Grains.Work;

/// <summary>
/// Knows the jobs and evaluations of one part that have not ended, wakes those whose silo died, and counts what they and those that have
/// ended hold of their tenant's limits. The key is the number of the part.
/// </summary>
/// <remarks>
/// Work is opened before it is stored and closed after its end is, so nothing runs that is not known here. What a crash leaves open is closed
/// when it is woken. Every call is durable on return and safe to repeat.
/// </remarks>
[Version(1), Alias("saliency.v1.IOpenWorkGrain")]
internal interface IOpenWorkGrain : IGrainWithStringKey
{
    /// <summary>Adds work that is about to be stored, or that had ended and is to be changed again.</summary>
    /// <param name="work">A <see cref="Abstractions.Keys.WorkKey"/>.</param>
    /// <param name="usage">What it holds from now on.</param>
    /// <param name="held">The bytes that were counted when it ended; 0 for new work. Without effect where it is open already.</param>
    [Alias("Open")]
    Task OpenAsync(string work, JobUsage usage, long held);

    /// <summary>Takes note of what open work holds now; without effect on work that is not open.</summary>
    [Alias("Update")]
    Task UpdateAsync(string work, JobUsage usage);

    /// <summary>Takes open work away; without effect on work that is not open.</summary>
    /// <param name="work">A <see cref="Abstractions.Keys.WorkKey"/>.</param>
    /// <param name="bytes">What it goes on to hold; 0 where it is deleted or was never stored.</param>
    [Alias("Close")]
    Task CloseAsync(string work, long bytes);

    /// <summary>Gets what a tenant's work of this part holds, except for one.</summary>
    [Alias("Sum")]
    Task<TenantUsage> SumAsync(string tenant, string? without);

    /// <summary>Looks at once whether a tenant's open work is still there, as happens every few seconds anyway.</summary>
    [Alias("Review")]
    Task ReviewAsync(string tenant);

    /// <summary>Counts what the version before had counted of a tenant's ended work, once.</summary>
    [Alias("Adopt")]
    Task AdoptAsync(string tenant, long bytes);

    /// <summary>Says whether <see cref="AdoptAsync"/> was called for a tenant.</summary>
    [Alias("HasAdopted")]
    Task<bool> HasAdoptedAsync(string tenant);

    /// <summary>Makes sure that it is awake, and gets the number of jobs and evaluations that have not ended.</summary>
    [Alias("Count")]
    Task<int> CountAsync();
}
