using Microsoft.AspNetCore.Components.Authorization;

namespace SaliencyCluster.Dashboard.Access;

/// <summary>Who looks at the pages. Decides what is offered; what is allowed is decided where the calls arrive.</summary>
public sealed class Caller(AuthenticationStateProvider authentication)
{
    /// <summary>Gets the tenant, or null where the gateway has no keys.</summary>
    public string? Tenant { get; private set; }

    /// <summary>Gets the id of the key; empty where the gateway has no keys.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Gets the role: <c>submit</c>, <c>operate</c> or <c>admin</c>.</summary>
    public string Role { get; private set; } = "admin";

    /// <summary>Gets whether machines are shown and can be drained.</summary>
    public bool IsOperator => Role is "operate" or "admin";

    /// <summary>Gets whether it may see what spans tenants.</summary>
    public bool IsAdmin => Role is "admin";

    /// <summary>Finds out who it is; call it once before the rest.</summary>
    public async Task ReadAsync()
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        if (user.FindFirst("role")?.Value is not { } role) return;
        (Role, Tenant, Key) = (role, user.FindFirst("tenant")?.Value, user.FindFirst("key")?.Value ?? "");
    }
}
