using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Requests;

/// <summary>Which pool of workers computes what a caller asks for.</summary>
internal static class PoolChoice
{
    /// <summary>Chooses it. That nobody serves the pool now is no error: it may be scaled to zero, and the job says what it waits for.</summary>
    /// <param name="caller">Who asks; a key may be bound to pools.</param>
    /// <param name="asked">What the request says; empty for the default.</param>
    /// <param name="field">The field of the request, for messages.</param>
    /// <exception cref="InvalidRequestException">SAL2612: no valid name.</exception>
    /// <exception cref="SaliencyException">SAL2906: the key may not use the pool.</exception>
    public static string Of(Caller caller, string asked, string field)
    {
        if (asked.Length == 0) return caller.Pools is [var first, ..] && !caller.Pools.Contains(GrainKeys.DefaultPool) ? first : GrainKeys.DefaultPool;
        var pool = NameRule.Checked(asked, field);
        return caller.Pools.Count == 0 || caller.Pools.Contains(pool) ? pool : throw AccessErrors.PoolNotAllowed(caller, pool);
    }
}
