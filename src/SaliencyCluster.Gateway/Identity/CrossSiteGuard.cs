using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Refuses what a page of another site makes a browser ask on the HTTP port, also over a WebSocket; links from elsewhere work.</summary>
internal sealed class CrossSiteGuard(RequestDelegate next, BrowserHosts hosts, GatewayPorts ports)
{
    private const int MaxShown = 100;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Connection.LocalPort != ports.Http?.Port) return next(context);
        var request = context.Request;
        if (!hosts.Allows(request.Host)) return ErrorAnswer.WriteAsync(context, UnknownHost(request.Host.Host));
        return Stranger(request) is { } stranger ? ErrorAnswer.WriteAsync(context, CrossSite(stranger)) : next(context);
    }

    private string? Stranger(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        // "null" is what a browser says of a page in a sandbox and of forms whose page hides where it is; the site is told apart then.
        if (origin is not ("" or "null")) return hosts.IsOwn(origin, request.Host) ? null : origin;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "" or "same-origin" or "none") return origin == "null" && site.Length == 0 && !IsReading(request) ? "null" : null;
        return IsReading(request) && request.Headers["Sec-Fetch-Mode"].ToString() == "navigate" ? null : site;
    }

    // A WebSocket begins as a GET with an upgrade.
    private static bool IsReading(HttpRequest request) => request.Headers.Upgrade.Count == 0 && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));

    private static SaliencyException UnknownHost(string host) => new(
        "SAL2907", $"The gateway does not answer as '{HeaderText.Of(host, MaxShown)}'.",
        "Ask for it as localhost or by its address, or list the name in Saliency:Gateway:AllowedHosts.");

    private static SaliencyException CrossSite(string stranger) => new(
        "SAL2908", $"A page of another site caused the request ({HeaderText.Of(stranger, MaxShown)}).",
        "Use the gateway's own pages. Where a proxy changes the host name, list the name that browsers use in Saliency:Gateway:AllowedHosts.");
}

/// <summary>Puts it before everything else that answers on the HTTP port.</summary>
internal static class CrossSiteGuardSetup
{
    /// <summary>Adds it.</summary>
    public static void UseCrossSiteGuard(this IApplicationBuilder app) => app.UseMiddleware<CrossSiteGuard>();
}
