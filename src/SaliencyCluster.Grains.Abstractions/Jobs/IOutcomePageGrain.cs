namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>
/// Keeps the outcomes of <see cref="Size"/> neighbouring images, so that a job's own state stays small. The key is
/// <c>tenant/job/page</c>. Every call is durable on return and safe to repeat.
/// </summary>
[Version(1), Alias("saliency.v1.IOutcomePageGrain")]
public interface IOutcomePageGrain : IGrainWithStringKey
{
    /// <summary>Images per page.</summary>
    const int Size = 100;

    /// <summary>Reads the outcomes there are, by image; images without one are left out.</summary>
    [Alias("Read")]
    Task<IReadOnlyList<ImageOutcome>> ReadAsync();

    /// <summary>Keeps outcomes, in place of any that the images had.</summary>
    [Alias("Record")]
    Task RecordAsync(IReadOnlyList<ImageOutcome> outcomes);

    /// <summary>Forgets the page.</summary>
    [Alias("Clear")]
    Task ClearAsync();
}
