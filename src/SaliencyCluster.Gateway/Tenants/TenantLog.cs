namespace SaliencyCluster.Gateway.Tenants;

/// <summary>What administrators do beyond their own tenant. Warnings, so that no level that is usual leaves them out.</summary>
internal static partial class TenantLog
{
    [LoggerMessage(EventId = 2620, Level = LogLevel.Warning, Message = "The key {Key} called {Method} for tenant {Tenant}: {What}")]
    public static partial void ForOtherTenant(this ILogger logger, string key, string method, string tenant, string what);

    [LoggerMessage(EventId = 2621, Level = LogLevel.Warning, Message = "The key {Key} called {Method} for all tenants: {What}")]
    public static partial void ForAllTenants(this ILogger logger, string key, string method, string what);
}
