namespace SaliencyCluster.Gateway.Identity;

/// <summary>Keeps the session of a signed-in browser (see <see cref="BrowserSessions"/>) until the browser is closed.</summary>
/// <remarks>Scripts cannot read it, and no request that another site causes carries it.</remarks>
public static class SignInCookie
{
    /// <summary>The name of the cookie.</summary>
    public const string Name = "saliency-session";

    /// <summary>Gets the session of a request; null where there is none or another site caused the request.</summary>
    public static string? Read(HttpRequest request) => IsOwnSite(request) && BrowserSessions.IsSession(request.Cookies[Name]) ? request.Cookies[Name] : null;

    /// <summary>Gets whether no page of another site caused a request.</summary>
    // Older browsers do not send the header; for them SameSite alone holds.
    public static bool IsOwnSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    /// <summary>Keeps a session.</summary>
    public static void Write(HttpContext context, string session) => context.Response.Cookies.Append(Name, session, Options(context));

    /// <summary>Forgets the session.</summary>
    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context));

    private static CookieOptions Options(HttpContext context) =>
        new() { HttpOnly = true, IsEssential = true, Path = "/", SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps };
}
