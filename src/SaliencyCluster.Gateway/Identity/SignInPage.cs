using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using SaliencyCluster.Gateway.Identity.Audit;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Lets a browser in: a form that takes a key, and the session that stands for it.</summary>
internal static class SignInPage
{
    private const string Path = "/sign-in";

    public static void MapSignIn(this WebApplication app)
    {
        using var stream = typeof(SignInPage).Assembly.GetManifestResourceStream("SaliencyCluster.Gateway.Identity.sign-in.html")!;
        using var reader = new StreamReader(stream);
        var page = reader.ReadToEnd();
        app.MapGet(Path, ContentHttpResult () => Page(page, "", StatusCodes.Status200OK)).AllowAnonymous();
        app.MapPost(Path, async Task<IResult> ([FromForm] string? key, [FromQuery] string? returnUrl, HttpContext context, KeyStore keys,
            BrowserSessions sessions, AuditTrail trail) =>
        {
            if (!keys.IsRequired) return TypedResults.LocalRedirect("/");
            // Another site must not sign a browser in with a key of its own choice.
            if (!SignInCookie.IsOwnSite(context.Request)) return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
            try
            {
                var session = await sessions.BeginAsync(key?.Trim());
                context.Features.Set(keys.Authenticate(key?.Trim()));
                await trail.RecordAsync(context, "sign-in", "ok");
                SignInCookie.Write(context, session);
                return TypedResults.LocalRedirect(IsLocal(returnUrl) ? returnUrl! : "/");
            }
            catch (SaliencyException refused)
            {
                return Page(page, refused.What, StatusCodes.Status401Unauthorized);
            }
        }).AllowAnonymous().DisableAntiforgery();
        app.MapPost("/sign-out", IResult (HttpContext context) =>
        {
            SignInCookie.Delete(context);
            return TypedResults.LocalRedirect(Path);
        }).AllowAnonymous().DisableAntiforgery();
    }

    public static void Redirect(HttpContext context) =>
        context.Response.Redirect($"{Path}?returnUrl={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");

    private static ContentHttpResult Page(string page, string error, int status) =>
        TypedResults.Text(page.Replace("<!-- error -->", System.Net.WebUtility.HtmlEncode(error), StringComparison.Ordinal), "text/html; charset=utf-8", statusCode: status);

    // "//host" and "/\host" are addresses of other hosts.
    private static bool IsLocal(string? url) => (url is ['/'] or ['/', not ('/' or '\\'), ..]) && !url.Any(char.IsControl);
}
