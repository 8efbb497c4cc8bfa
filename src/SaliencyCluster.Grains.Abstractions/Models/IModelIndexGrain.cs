namespace SaliencyCluster.Grains.Abstractions.Models;

/// <summary>Registers, finds and lists the models of a tenant, which is the key.</summary>
/// <remarks>Lives on gateway silos. Every call may be repeated; changes are durable on return.</remarks>
[Version(1), Alias("saliency.v1.IModelIndexGrain")]
public interface IModelIndexGrain : IGrainWithStringKey
{
    /// <summary>Registers a model and returns it with its version. The same registration again returns the version it has.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3003: not a valid name.</exception>
    [Alias("Register")]
    Task<ModelInfo> RegisterAsync(ModelRegistration registration);

    /// <summary>Finds <c>name:version</c>, or the newest version of <c>name</c>.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3004: no such model; names the nearest.</exception>
    [Alias("Resolve")]
    Task<ModelInfo> ResolveAsync(string nameOrLabel);

    /// <summary>Lists models by name and version.</summary>
    [Alias("List")]
    Task<IReadOnlyList<ModelListing>> ListAsync();

    /// <summary>Removes <c>name:version</c>, or every version of <c>name</c>; returns what was removed, empty where there was nothing.</summary>
    [Alias("Remove")]
    Task<IReadOnlyList<ModelListing>> RemoveAsync(string nameOrLabel);
}

/// <summary>A line of the list of models.</summary>
/// <param name="Name">The name.</param>
/// <param name="Version">From 1.</param>
/// <param name="Hash">SHA-256 of the file.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Registered">When.</param>
/// <param name="Fingerprint">Hash of the whole registration: equal ones are one version.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ModelListing")]
public sealed record ModelListing(
    [property: Id(0)] string Name, [property: Id(1)] int Version, [property: Id(2)] string Hash,
    [property: Id(3)] long Bytes, [property: Id(4)] DateTimeOffset Registered, [property: Id(5)] string Fingerprint);
