namespace SaliencyCluster.Gateway.Identity;

/// <summary>Keeps the key of a signed-in browser until the browser is closed.</summary>
/// <remarks>
/// It is the key itself, which every gateway checks anew with every request: revoking the key ends the session at once, and any
/// gateway can serve it. Scripts cannot read it, and no request that another site causes carries it.
/// </remarks>
public static class SignInCookie
{
    /// <summary>The name of the cookie.</summary>
    public const string Name = "saliency-key";

    /// <summary>Gets the key of a request; null where there is none or another site caused the request.</summary>
    public static string? Read(HttpRequest request) => IsOwnSite(request) ? request.Cookies[Name] : null;

    /// <summary>Gets whether no page of another site caused a request.</summary>
    // Older browsers do not send the header; for them SameSite alone holds.
    public static bool IsOwnSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    /// <summary>Keeps a key that was found to be valid.</summary>
    public static void Write(HttpContext context, string key) => context.Response.Cookies.Append(Name, key, Options(context));

    /// <summary>Forgets the key.</summary>
    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context));

    private static CookieOptions Options(HttpContext context) =>
        new() { HttpOnly = true, IsEssential = true, Path = "/", SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps };
}
