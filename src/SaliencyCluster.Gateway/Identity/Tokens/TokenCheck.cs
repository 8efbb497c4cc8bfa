using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity.Tokens;

/// <summary>Checks tokens (JWT) of an identity provider, and says who carries them.</summary>
/// <remarks>Microsoft.IdentityModel checks signatures, times, issuer and audience, with the keys of <see cref="ProviderKeys"/>.</remarks>
/// <param name="options">What is accepted.</param>
/// <param name="keys">The provider's keys.</param>
/// <param name="clock">Says what has expired.</param>
internal sealed class TokenCheck(TokenOptions options, ProviderKeys keys, TimeProvider clock)
{
    private const int MaxName = 200;

    // No secret that a gateway shares with a provider, and no "none": the key that signs is the provider's alone.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>Gets whether a text looks like a token, and so is no API key.</summary>
    public static bool IsToken(string? text) => text?.StartsWith("ey", StringComparison.Ordinal) == true && text.Count(c => c == '.') == 2;

    /// <summary>Finds who carries a token.</summary>
    /// <exception cref="SaliencyException">SAL2910: it is forged, of another issuer or for another audience. SAL2911: it has expired.
    /// SAL2912: it gives no tenant or no role. SAL2913: the provider cannot be asked.</exception>
    public async Task<Caller> AuthenticateAsync(string text, CancellationToken cancellation)
    {
        var known = await keys.GetAsync(cancellation);
        var read = await ValidateAsync(text, known);
        // Signed with a key that is newer than those that are known, or with one of nobody.
        if (read.Exception is SecurityTokenSignatureKeyNotFoundException && await keys.NewerAsync(known, cancellation) is { } newer)
            read = await ValidateAsync(text, newer);
        if (!read.IsValid) throw Refusal(read.Exception);
        var token = (JsonWebToken)read.SecurityToken;
        return CallerOf(token, new DateTimeOffset(DateTime.SpecifyKind(token.ValidTo, DateTimeKind.Utc)) + options.ClockSkew);
    }

    private Task<TokenValidationResult> ValidateAsync(string text, IReadOnlyList<SecurityKey> signing) =>
        _handler.ValidateTokenAsync(text, new()
    {
        ValidIssuer = options.Issuer,
        ValidAudience = options.Audience,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = signing,
        TryAllIssuerSigningKeys = false,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        LifetimeValidator = IsInTime,
    });

    // By the gateway's own clock, which tests can move.
    private bool IsInTime(DateTime? from, DateTime? until, SecurityToken token, TokenValidationParameters parameters)
    {
        if (until is null) throw new SecurityTokenNoExpirationException();
        var now = clock.GetUtcNow().UtcDateTime;
        if (until <= now - options.ClockSkew) throw new SecurityTokenExpiredException { Expires = until.Value };
        return !(from > now + options.ClockSkew);
    }

    private static SaliencyException Refusal(Exception? why) => why switch
    {
        SecurityTokenExpiredException expired => TokenErrors.Expired(new(DateTime.SpecifyKind(expired.Expires, DateTimeKind.Utc))),
        SecurityTokenInvalidAudienceException => TokenErrors.Refused("it is meant for another audience", why),
        SecurityTokenInvalidIssuerException => TokenErrors.Refused("another issuer made it", why),
        SecurityTokenInvalidLifetimeException or SecurityTokenNotYetValidException => TokenErrors.Refused("it is not valid yet", why),
        SecurityTokenNoExpirationException => TokenErrors.Refused("it never expires", why),
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException =>
            TokenErrors.Refused("no key of the identity provider signed it", why),
        _ => TokenErrors.Refused("it cannot be read", why),
    };

    private Caller CallerOf(JsonWebToken token, DateTimeOffset expires)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.Decode(token.EncodedPayload));
        var claims = payload.RootElement;
        if (Values(claims, options.NameClaim) is not [{ Length: > 0 and <= MaxName } name] || name.Any(char.IsControl))
            throw TokenErrors.NoRight($"its claim '{options.NameClaim}' is no name of 1 to {MaxName} characters");
        var roles = Values(claims, options.RoleClaim).Select(RoleOf).OfType<Role>().ToList();
        if (roles.Count == 0) throw TokenErrors.NoRight($"its claim '{options.RoleClaim}' names no role of this gateway");
        return new(TenantOf(claims), roles.Max(), $"oidc:{name}", Limits, options.Weight) { Pools = options.Pools,
            Expires = expires };
    }

    private KeyLimits Limits =>
        new() { QueuedPoints = options.QueuedPoints, StoredBytes = options.StoredBytes, ConcurrentJobs = options.ConcurrentJobs };

    private string TenantOf(JsonElement claims)
    {
        if (options.Tenant is { } all) return all;
        var said = Values(claims, options.TenantClaim);
        var tenants = options.Tenants.Count == 0 ? said : [.. said.Select(v => options.Tenants.GetValueOrDefault(v)).OfType<string>()];
        return tenants is [var tenant] && GrainKeys.IsName(tenant) ? tenant : throw TokenErrors.NoRight(tenants.Count > 1
            ? $"its claim '{options.TenantClaim}' names {tenants.Count} tenants"
                : $"its claim '{options.TenantClaim}' names no tenant of this gateway");
    }

    private Role? RoleOf(string value)
    {
        var name = options.Roles.Count == 0 ? value : options.Roles.GetValueOrDefault(value);
        return TokenOptions.RoleNames.Contains(name) ? Enum.Parse<Role>(name!, ignoreCase: true) : null;
    }

    // A claim of that very name, such as "https://example/roles"; otherwise the path through objects that dots make of it.
    private static IReadOnlyList<string> Values(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var found))
        {
            found = claims;
            foreach (var part in name.Split('.'))
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(part, out found)) return [];
        }
        return found.ValueKind switch
        {
            JsonValueKind.String => [found.GetString()!],
            JsonValueKind.Array => [.. found.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)],
            _ => [],
        };
    }
}
