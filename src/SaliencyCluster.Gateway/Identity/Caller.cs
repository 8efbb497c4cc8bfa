using System.Globalization;
using System.Security.Claims;
using Grpc.Core;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Who calls: the one answer to whose models, jobs and results a call may see.</summary>
/// <param name="Tenant">Whose things it reaches.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Key">The id of its key, or <c>oidc:</c> and the name in its token; empty where the gateway asks for neither.</param>
/// <param name="Limits">What its tenant may hold.</param>
/// <param name="Weight">The share that its jobs give to its tenant.</param>
public sealed record Caller(string Tenant, Role Role, string Key, KeyLimits Limits, double Weight)
{
    /// <summary>Gets when its token expires; null for a key, which can be revoked at any time instead.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Gets the pools that it may use, the first being its default; empty for all of them.</summary>
    public IReadOnlyList<string> Pools { get; init; } = [];

    /// <summary>The claim that holds the tenant.</summary>
    public const string TenantClaim = "tenant";

    /// <summary>The claim that holds the role, in lower case.</summary>
    public const string RoleClaim = "role";

    /// <summary>The claim that holds the id of the key.</summary>
    public const string KeyClaim = "key";

    /// <summary>Gets the caller of a gateway without keys: admin of the default tenant.</summary>
    public static Caller Anyone { get; } = new(GrainKeys.DefaultTenant, Role.Admin, "", new(), 1);

    /// <summary>Gets who a key stands for.</summary>
    public static Caller Of(KeyEntry key) => new(key.Tenant, key.Role, key.Id, key.Limits ?? new(), key.Weight) { Pools = key.Pools ?? [] };

    /// <summary>Gets who makes a gRPC or REST call.</summary>
    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext());

    /// <summary>Gets who makes a request.</summary>
    /// <exception cref="InvalidOperationException">The endpoint lets in callers that nobody has authenticated.</exception>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>()
        ?? throw new InvalidOperationException($"{context.Request.Path} asks who calls, but is open to anybody.");

    /// <summary>Gets what its tenant may hold, as jobs are told.</summary>
    public TenantLimits TenantLimits => new(Limits.QueuedPoints, Limits.StoredBytes, Limits.ConcurrentJobs);

    /// <summary>Gets the tenant that a request is about: the caller's own, or the one that an administrator names.</summary>
    /// <param name="asked">What the request names; empty for the caller's own.</param>
    /// <exception cref="Onnx.SaliencyException">SAL2905: another tenant needs the role admin.</exception>
    public string TenantOf(string asked) =>
        asked.Length == 0 || asked == Tenant ? Tenant : Role >= Role.Admin ? asked : throw AccessErrors.Forbidden(this, Role.Admin);

    /// <summary>Gets what a job of it may do.</summary>
    /// <param name="imageBytes">Bytes of the job's images.</param>
    public JobAdmission Admission(long imageBytes) => new() { TenantWeight = Weight, Limits = TenantLimits, ImageBytes = imageBytes };

    /// <summary>Writes it as claims.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [new(TenantClaim, Tenant), new(RoleClaim, Role.ToString().ToLower(CultureInfo.InvariantCulture)), new(KeyClaim, Key)], scheme, KeyClaim, RoleClaim));
}
