using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace SaliencyCluster.Dashboard.Hosting;

/// <summary>Answers a person who asks for an address where nothing is with the page that says so; programs get the bare status 404.</summary>
internal static class NotFoundAnswer
{
    /// <summary>Adds the page; after what adds headers to pages, before what maps them.</summary>
    public static void UseNotFoundPage(this IApplicationBuilder app)
    {
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use(async (context, next) =>
        {
            await next(context);
            // Whatever else is refused is answered by those who refuse.
            var isForPage = context.Response.StatusCode == StatusCodes.Status404NotFound && IsNavigation(context);
            if (!isForPage) context.Features.Get<IStatusCodePagesFeature>()!.Enabled = false;
        });
    }

    private static bool IsNavigation(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
