using Grpc.Core;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Tenants;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Models;

/// <summary>The models that are quarantined, and their release.</summary>
internal sealed class Quarantines(IGrainFactory grains, TenantScope scope)
{
    private const int MinDigits = 12;

    /// <summary>Gets them all.</summary>
    public Task<IReadOnlyList<ModelQuarantine>> ListAsync() => grains.GetGrain<IQuarantineListGrain>(GrainKeys.Single).ListAsync();

    /// <summary>Gets why a model is not run; null where it is.</summary>
    public Task<ModelQuarantine?> OfAsync(string hash) => grains.GetGrain<IModelTrialGrain>(hash).GetAsync();

    /// <summary>Releases a model.</summary>
    /// <param name="asked">The first digits of its hash, or its name in the caller's tenant.</param>
    /// <param name="context">The call.</param>
    /// <exception cref="SaliencyException">SAL3004: there is no such model that is quarantined. SAL2612: several have these
    /// digits.</exception>
    public async Task<ModelQuarantine> ReleaseAsync(string asked, ServerCallContext context)
    {
        var hash = await FindAsync(asked, Caller.Of(context).Tenant);
        var released = await grains.GetGrain<IModelTrialGrain>(hash).ReleaseAsync() ?? throw NotFound(asked);
        scope.NoteForAll(context, $"model {LogName.OfModel(hash)}");
        return released;
    }

    private async Task<string> FindAsync(string asked, string tenant)
    {
        var found = asked.Length < MinDigits ? []
            : (await ListAsync()).Where(m => m.Model.StartsWith(asked, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 1) return found[0].Model;
        if (found.Count > 1) throw InvalidRequestException.Of("SAL2612", "model",
            $"{found.Count} quarantined models begin with '{asked}'.", "Give more digits.");
        try
        {
            return (await grains.GetGrain<IModelIndexGrain>(tenant).ResolveAsync(asked)).Registration.Blob;
        }
        catch (SaliencyException missing) when (missing.Code == "SAL3004")
        {
            throw NotFound(asked);
        }
    }

    private static SaliencyException NotFound(string asked) => new(
        "SAL3004", $"No model that is quarantined has the hash or name '{Attribution.Requests.Echo.Of(asked)}'.",
            "List them: saliency models quarantined");
}
