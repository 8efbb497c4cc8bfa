using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SaliencyCluster.Dashboard.Hosting;

/// <summary>Tells browsers what a page may do: load from this host alone, run no script that is written into the page, be shown in no frame.</summary>
internal static class ContentSecurity
{
    // Styles may be inline: the component library positions menus and sliders by style attributes. blob: are pictures to be saved.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; "
        + Fonts + " form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    private const string Fonts = "font-src 'self';";

    // The icons of Orleans' own dashboard are fonts inside its style sheet.
    private static readonly string OrleansPolicy = Policy.Replace(Fonts, "font-src 'self' data:;", StringComparison.Ordinal);

    /// <summary>Adds the headers to every page and asset.</summary>
    public static void UseContentSecurity(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            var isPage = context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
            if (isPage && headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = IsOrleans(context) ? OrleansPolicy : Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static bool IsOrleans(HttpContext context) =>
        context.RequestServices.GetRequiredService<DashboardOptions>().OrleansDashboard is { } path && context.Request.Path.StartsWithSegments(path.TrimEnd('/'));
}
