using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Identity.Tokens;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Finds out who calls: by the key or token in the header <c>authorization</c>, or by the session of a signed-in
/// browser.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder,
    KeyStore keys, BrowserSessions sessions,
    TokenCheck? tokens = null)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "ApiKey";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            var text = KeyOf(Request);
            var caller = BrowserSessions.IsSession(text) ? await sessions.AuthenticateAsync(text!)
                : tokens is not null && TokenCheck.IsToken(text) ? await tokens.AuthenticateAsync(text!, Context.RequestAborted)
                : keys.Authenticate(text);
            Context.Features.Set(caller);
            return AuthenticateResult.Success(new(caller.ToPrincipal(SchemeName), SchemeName));
        }
        catch (SaliencyException refused)
        {
            return AuthenticateResult.Fail(refused);
        }
    }

    /// <summary>Gets the key of a request, or the session of its browser: for all who ask the same one.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0) return SignInCookie.Read(request);
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : header;
    }
}
