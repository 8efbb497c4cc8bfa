using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Tenants;

namespace SaliencyCluster.Grains.Models;

/// <summary>Counts versions and lists a tenant's models in one row; what is registered is in one <see cref="ModelGrain"/> per version.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.model-index")]
internal sealed class ModelIndexGrain(
    [PersistentState("models", GrainStorage.Provider)] IPersistentState<ModelIndexRecord> record, TimeProvider time) : Grain, IModelIndexGrain
{
    private List<ModelListing> Models => record.State.Models;

    public async Task<ModelInfo> RegisterAsync(ModelRegistration registration)
    {
        GrainKeys.Checked(registration.Name, "model name");
        await GrainFactory.GetGrain<ITenantListGrain>(GrainKeys.Single).AddAsync(this.GetPrimaryKeyString());
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(registration)));
        if (Models.Find(m => m.Name == registration.Name && m.Fingerprint == fingerprint) is { } known) return await GetAsync(known);
        // Numbers are not used again after a removal: a label always means the same model.
        var version = record.State.LastVersions.GetValueOrDefault(registration.Name) + 1;
        var info = new ModelInfo(version, time.GetUtcNow(), registration);
        await Grain(registration.Name, version).StoreAsync(info);
        record.State.LastVersions[registration.Name] = version;
        Models.Add(new(registration.Name, version, registration.Blob, registration.Bytes, info.Registered, fingerprint));
        await record.WriteStateAsync();
        return info;
    }

    public Task<ModelInfo> ResolveAsync(string nameOrLabel) =>
        Find(nameOrLabel).MaxBy(m => m.Version) is { } found ? GetAsync(found) : throw ModelErrors.NotFound(nameOrLabel, Models.Select(m => m.Name));

    public Task<IReadOnlyList<ModelListing>> ListAsync() =>
        Task.FromResult<IReadOnlyList<ModelListing>>([.. Models.OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.Version)]);

    public async Task<IReadOnlyList<ModelListing>> RemoveAsync(string nameOrLabel)
    {
        var removed = Find(nameOrLabel).ToArray();
        if (removed.Length == 0) return removed;
        Models.RemoveAll(removed.Contains);
        await record.WriteStateAsync();
        foreach (var model in removed) await Grain(model.Name, model.Version).ClearAsync();
        return removed;
    }

    private IEnumerable<ModelListing> Find(string nameOrLabel)
    {
        var colon = nameOrLabel.LastIndexOf(':');
        if (colon < 0) return Models.Where(m => m.Name == nameOrLabel);
        return int.TryParse(nameOrLabel.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? Models.Where(m => m.Name == nameOrLabel[..colon] && m.Version == version) : [];
    }

    private Task<ModelInfo> GetAsync(ModelListing model) => Grain(model.Name, model.Version).GetAsync();

    private IModelGrain Grain(string name, int version) =>
        GrainFactory.GetGrain<IModelGrain>(new ModelKey(this.GetPrimaryKeyString(), name, version).ToString());
}

/// <summary>What is stored of an index.</summary>
[GenerateSerializer, Alias("saliency.v1.ModelIndexRecord")]
internal sealed class ModelIndexRecord
{
    [Id(0)] public List<ModelListing> Models { get; init; } = [];

    /// <summary>Gets the highest version each name has had.</summary>
    [Id(1)] public Dictionary<string, int> LastVersions { get; init; } = [];
}
