using Grpc.Core;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Requests;

namespace SaliencyCluster.Gateway.Tenants;

/// <summary>Whose things a call is about, and the note of what an administrator does to those of others.</summary>
internal sealed class TenantScope(ILogger<TenantScope> logger)
{
    /// <summary>Gets the tenant of a request.</summary>
    /// <param name="context">The call.</param>
    /// <param name="asked">What the request names; empty for the caller's own.</param>
    /// <exception cref="Onnx.SaliencyException">SAL2905: another tenant needs the role admin. SAL2612: no valid name.</exception>
    public static string Of(ServerCallContext context, string asked)
    {
        var tenant = Caller.Of(context).TenantOf(asked);
        return asked.Length == 0 ? tenant : NameRule.Checked(tenant, "tenant");
    }

    /// <summary>Takes note of something that an administrator did to what is another tenant's.</summary>
    /// <param name="context">The call.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="what">What it is, as logs name it.</param>
    public void Note(ServerCallContext context, string tenant, string what)
    {
        var caller = Caller.Of(context);
        if (tenant != caller.Tenant) logger.ForOtherTenant(NameOf(caller), context.Method, tenant, what);
    }

    /// <summary>Takes note of something that an administrator did for every tenant.</summary>
    public void NoteForAll(ServerCallContext context, string what) =>
        logger.ForAllTenants(NameOf(Caller.Of(context)), context.Method, what);

    private static string NameOf(Caller caller) => caller.Key.Length == 0 ? "nobody (no keys)" : $"{caller.Tenant}/{caller.Key}";
}
