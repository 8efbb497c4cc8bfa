using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Trials;

namespace SaliencyCluster.Gateway.Requests;

/// <summary>Finds the model that is asked for, and lets in no work for one that is quarantined.</summary>
internal static class ModelDoor
{
    /// <summary>Finds a model that work is asked for.</summary>
    /// <exception cref="Errors.InvalidRequestException">SAL2612: no valid name.</exception>
    /// <exception cref="Onnx.SaliencyException">SAL3004: no such model. SAL4021: it is quarantined.</exception>
    public static async Task<ModelInfo> ResolveAsync(IGrainFactory grains, string tenant, string name, string field)
    {
        var model = await grains.GetGrain<IModelIndexGrain>(tenant).ResolveAsync(NameRule.CheckedModel(name, field));
        return await grains.GetGrain<IModelTrialGrain>(model.Registration.Blob).GetAsync() is { } quarantine
            ? throw TrialErrors.Quarantined(quarantine) : model;
    }
}
