using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Gateway.Identity.Keys;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>The names of what <c>[Authorize]</c> can ask for: a role, or one that includes it.</summary>
public static class Policies
{
    /// <summary>Any key: models, explanations, jobs and evaluations of its own tenant.</summary>
    public const string Submit = nameof(Role.Submit);

    /// <summary>The role operate or admin.</summary>
    public const string Operate = nameof(Role.Operate);

    /// <summary>The role admin.</summary>
    public const string Admin = nameof(Role.Admin);

    internal static AuthorizationPolicy Of(Role role) => new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new RoleRequirement(role)).Build();
}

internal sealed record RoleRequirement(Role Role) : IAuthorizationRequirement;

internal sealed class RoleHandler : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (Enum.TryParse<Role>(context.User.FindFirst(Caller.RoleClaim)?.Value, ignoreCase: true, out var role) && role >= requirement.Role) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
