using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity.Keys;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>The names of what <c>[Authorize]</c> can ask for: a role, or one that includes it.</summary>
public static class Policies
{
    /// <summary>Any key: models, explanations, jobs and evaluations of its own tenant.</summary>
    public const string Submit = nameof(Role.Submit);

    /// <summary>The role operate or admin.</summary>
    public const string Operate = nameof(Role.Operate);

    /// <summary>The role operate or admin, or none on the port that is KEDA's alone.</summary>
    public const string Scale = "Scale";

    /// <summary>The role admin.</summary>
    public const string Admin = nameof(Role.Admin);

    internal static AuthorizationPolicy Of(Role role) => new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new RoleRequirement(role)).Build();

    internal static AuthorizationPolicy OfScaler() =>
        new AuthorizationPolicyBuilder().AddRequirements(new RoleRequirement(Role.Operate, OrScalerPort: true)).Build();
}

internal sealed record RoleRequirement(Role Role, bool OrScalerPort = false) : IAuthorizationRequirement;

internal sealed class RoleHandler(GatewayPorts ports) : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (Enum.TryParse<Role>(context.User.FindFirst(Caller.RoleClaim)?.Value, ignoreCase: true, out var role) && role >= requirement.Role) context.Succeed(requirement);
        if (requirement.OrScalerPort && context.Resource is HttpContext http && ports.IsScaler(http.Connection))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
