using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MudBlazor.Services;
using SaliencyCluster.Dashboard.Access;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Dashboard.Evaluations;
using SaliencyCluster.Dashboard.Images;
using SaliencyCluster.Dashboard.Layout;
using SaliencyCluster.Dashboard.Live;
using SaliencyCluster.Dashboard.Uploads;

namespace SaliencyCluster.Dashboard.Hosting;

/// <summary>Mounts the dashboard in a web application.</summary>
public static class DashboardSetup
{
    /// <summary>Adds what the pages need.</summary>
    public static IServiceCollection AddSaliencyDashboard(this IServiceCollection services, Func<IServiceProvider, DashboardOptions> options)
    {
        // Labels that are pasted come in one message: 1,000 of ImageNet need 40 KB, and the default is 32 KiB.
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(o => o.MaximumReceiveMessageSize = 1 << 20);
        services.AddMudServices(o =>
        {
            o.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomRight;
            o.SnackbarConfiguration.ShowTransitionDuration = 150;
            o.SnackbarConfiguration.HideTransitionDuration = 150;
        });
        services.AddSingleton(options).AddSingleton<AssetFiles>();
        // One of each for every open page.
        return services.AddScoped<ClusterConnection>().AddScoped<LiveCluster>().AddScoped<ModelNames>().AddScoped<MethodList>()
            .AddScoped<EvidenceList>()
            .AddScoped<Caller>().AddScoped<ThemeChoice>().AddScoped<Notices>();
    }

    /// <summary>Maps pages, assets and files. After authentication, before anything that answers "/".</summary>
    public static WebApplication MapSaliencyDashboard(this WebApplication app)
    {
        app.UseContentSecurity();
        app.UseNotFoundPage();
        app.UseAntiforgery();
        app.MapGet(AssetFiles.Root + "{name}", (string name, AssetFiles files, HttpContext context) => files.Get(name, context)).AllowAnonymous();
        // Asked by every open page: whoever is about to end does not count as one that answers.
        app.MapGet("/alive", (IHostApplicationLifetime life) => life.ApplicationStopping.IsCancellationRequested
            ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Ok()).AllowAnonymous();
        app.MapImageFiles();
        app.MapReportFiles();
        app.MapUploads();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
