using Orleans.Dashboard;
using SaliencyCluster.Gateway.Identity;

namespace SaliencyCluster.Gateway.Pages;

/// <summary>The dashboard that comes with Orleans: silos, grains and their calls. For administrators, since it knows no tenants.</summary>
internal static class OrleansPages
{
    /// <summary>Where it is.</summary>
    public const string Path = "/orleans";

    public static void MapOrleans(this WebApplication app) => app.MapOrleansDashboard(Path).RequireAuthorization(Policies.Admin);
}
