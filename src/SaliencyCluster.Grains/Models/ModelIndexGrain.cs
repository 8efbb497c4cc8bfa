using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Tenants;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Models;

/// <summary>Counts versions and lists a tenant's models in one row; what is registered is in one <see cref="ModelGrain"/> per version.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.model-index")]
internal sealed class ModelIndexGrain(
    [PersistentState("models", GrainStorage.Provider)] IPersistentState<ModelIndexRecord> record, TimeProvider time)
    : DurableGrain<ModelIndexRecord>(record), IModelIndexGrain
{
    public async Task<ModelInfo> RegisterAsync(ModelRegistration registration)
    {
        GrainKeys.Checked(registration.Name, "model name");
        await GrainFactory.GetGrain<ITenantListGrain>(GrainKeys.Single).AddAsync(this.GetPrimaryKeyString());
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(registration)));
        var known = await ReadStateAsync();
        if (known.Models.Find(m => m.Name == registration.Name && m.Fingerprint == fingerprint) is { } found) return await GetAsync(found);
        // Numbers are not used again after a removal: a label always means the same model.
        var version = known.LastVersions.GetValueOrDefault(registration.Name) + 1;
        var info = new ModelInfo(version, time.GetUtcNow(), registration);
        await Grain(registration.Name, version).StoreAsync(info);
        var listing = new ModelListing(registration.Name, version, registration.Blob, registration.Bytes, info.Registered, fingerprint);
        await UpdateStateAsync(r => new() { Models = [.. r.Models, listing], LastVersions = new(r.LastVersions) { [registration.Name] = version } });
        return info;
    }

    public async Task<ModelInfo> ResolveAsync(string nameOrLabel)
    {
        var models = (await ReadStateAsync()).Models;
        return Find(models, nameOrLabel).MaxBy(m => m.Version) is { } found ? await GetAsync(found) : throw ModelErrors.NotFound(nameOrLabel, models.Select(m => m.Name));
    }

    public async Task<IReadOnlyList<ModelListing>> ListAsync() =>
        [.. (await ReadStateAsync()).Models.OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.Version)];

    public async Task<IReadOnlyList<ModelListing>> RemoveAsync(string nameOrLabel)
    {
        var removed = Find((await ReadStateAsync()).Models, nameOrLabel).ToArray();
        if (removed.Length == 0) return removed;
        await UpdateStateAsync(r => r with { Models = [.. r.Models.Except(removed)] });
        foreach (var model in removed) await Grain(model.Name, model.Version).ClearAsync();
        return removed;
    }

    private static IEnumerable<ModelListing> Find(List<ModelListing> models, string nameOrLabel)
    {
        var colon = nameOrLabel.LastIndexOf(':');
        if (colon < 0) return models.Where(m => m.Name == nameOrLabel);
        return int.TryParse(nameOrLabel.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? models.Where(m => m.Name == nameOrLabel[..colon] && m.Version == version) : [];
    }

    private Task<ModelInfo> GetAsync(ModelListing model) => Grain(model.Name, model.Version).GetAsync();

    private IModelGrain Grain(string name, int version) =>
        GrainFactory.GetGrain<IModelGrain>(new ModelKey(this.GetPrimaryKeyString(), name, version).ToString());
}

/// <summary>What is stored of an index.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.ModelIndexRecord")]
internal sealed record ModelIndexRecord
{
    [Id(0)] public List<ModelListing> Models { get; init; } = [];

    /// <summary>Gets the highest version each name has had.</summary>
    [Id(1)] public Dictionary<string, int> LastVersions { get; init; } = [];
}
