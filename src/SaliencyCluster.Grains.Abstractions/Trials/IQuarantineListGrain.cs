namespace SaliencyCluster.Grains.Abstractions.Trials;

/// <summary>Lists the models that are quarantined. The key is <see cref="Keys.GrainKeys.Single"/>.</summary>
/// <remarks>Lives on gateway silos. Safe to repeat; durable on return. Kept by <see cref="IModelTrialGrain"/>, which decides.</remarks>
[Version(1), Alias("saliency.v1.IQuarantineListGrain")]
public interface IQuarantineListGrain : IGrainWithStringKey
{
    /// <summary>Adds a model.</summary>
    [Alias("Add")]
    Task AddAsync(ModelQuarantine model);

    /// <summary>Removes a model.</summary>
    /// <param name="model">SHA-256 of its file.</param>
    [Alias("Remove")]
    Task RemoveAsync(string model);

    /// <summary>Gets them all, the newest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<ModelQuarantine>> ListAsync();
}

/// <summary>Why a model is not run.</summary>
/// <param name="Model">SHA-256 of its file.</param>
/// <param name="Since">When it ended the last process that it might end.</param>
/// <param name="Ended">How many processes it ended.</param>
/// <param name="Last">What happened to the last one.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ModelQuarantine")]
public sealed record ModelQuarantine(
    [property: Id(0)] string Model, [property: Id(1)] DateTimeOffset Since, [property: Id(2)] int Ended, [property: Id(3)] string Last);
