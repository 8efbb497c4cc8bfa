using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Finds out who calls: by the key in the header <c>authorization</c>, or by that of a signed-in browser.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KeyStore keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "ApiKey";

    private const string Bearer = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            var caller = keys.Authenticate(KeyOf(Request));
            Context.Features.Set(caller);
            return Task.FromResult(AuthenticateResult.Success(new(caller.ToPrincipal(SchemeName), SchemeName)));
        }
        catch (SaliencyException refused)
        {
            return Task.FromResult(AuthenticateResult.Fail(refused));
        }
    }

    /// <summary>Gets the key of a request: for all who ask the same one.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0) return SignInCookie.Read(request);
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : header;
    }
}
