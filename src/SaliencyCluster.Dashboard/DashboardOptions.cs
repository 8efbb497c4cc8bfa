using Microsoft.AspNetCore.Http;

namespace SaliencyCluster.Dashboard;

/// <summary>What the dashboard needs to know of the program that it is mounted in.</summary>
public sealed record DashboardOptions
{
    /// <summary>Gets the address of the gateway's gRPC port; asked with the first call, when it listens.</summary>
    public required Func<Uri> Endpoint { get; init; }

    /// <summary>Gets what sends the calls; shared by all pages and never disposed by them.</summary>
    public required HttpMessageHandler Handler { get; init; }

    /// <summary>Gets the API key of who asks for a page.</summary>
    /// <value>The default knows no keys: every caller may do everything.</value>
    public Func<HttpContext, string?> KeyOf { get; init; } = _ => null;

    /// <summary>Gets whether callers sign in, so that there is something to sign out of.</summary>
    public bool HasSignIn { get; init; }

    /// <summary>Gets where operators find the Orleans dashboard; null where it is not mounted.</summary>
    public string? OrleansDashboard { get; init; }
}
