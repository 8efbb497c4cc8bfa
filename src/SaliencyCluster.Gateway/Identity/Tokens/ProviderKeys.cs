using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity.Tokens;

/// <summary>The keys that an identity provider signs with, as its documents say.</summary>
/// <remarks>
/// Read when the first token comes and again each half day; and where a token is signed with a key that is not among them, at most each
/// half minute: so a provider may change its keys at any time, and forged tokens do not make a gateway ask without end. (The manager of
/// Microsoft.IdentityModel reads anew behind the back of the call that found a key missing, and refuses that call.)
/// </remarks>
/// <param name="issuer">Its address.</param>
/// <param name="http">Asks it.</param>
/// <param name="clock">Says how old the keys are.</param>
/// <param name="logger">Is told why it cannot be asked.</param>
internal sealed class ProviderKeys(string issuer, HttpClient http, TimeProvider clock, ILogger<ProviderKeys> logger)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(12);
    private static readonly TimeSpan MinAge = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private (IReadOnlyList<SecurityKey> Keys, DateTimeOffset Read)? _known;
    private DateTimeOffset _asked;

    /// <summary>Gets the keys.</summary>
    /// <exception cref="SaliencyException">SAL2913: they were never read, and cannot be.</exception>
    public async Task<IReadOnlyList<SecurityKey>> GetAsync(CancellationToken cancellation)
    {
        if (_known is { } known && clock.GetUtcNow() - known.Read < MaxAge) return known.Keys;
        return await ReadAsync(_known?.Keys, cancellation) ?? _known!.Value.Keys;
    }

    /// <summary>Gets newer keys; null where there are none, or they were asked for just now.</summary>
    /// <param name="known">Those that did not do.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<IReadOnlyList<SecurityKey>?> NewerAsync(IReadOnlyList<SecurityKey> known, CancellationToken cancellation) =>
        ReadAsync(known, cancellation);

    // Null where nothing newer than what is known can be had.
    private async Task<IReadOnlyList<SecurityKey>?> ReadAsync(IReadOnlyList<SecurityKey>? known, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            // Somebody else has read them meanwhile.
            if (_known is { } now && now.Keys != known) return now.Keys;
            if (known is not null && clock.GetUtcNow() - _asked < MinAge) return null;
            _asked = clock.GetUtcNow();
            var documents = new HttpDocumentRetriever(http) { RequireHttps = new Uri(issuer).Scheme == Uri.UriSchemeHttps };
            var provider = await OpenIdConnectConfigurationRetriever.GetAsync(
                $"{issuer.TrimEnd('/')}/.well-known/openid-configuration", documents, cancellation);
            if (provider.Issuer != issuer) throw new InvalidOperationException($"It calls itself '{provider.Issuer}'.");
            IReadOnlyList<SecurityKey> keys = [.. provider.SigningKeys];
            _known = (keys, clock.GetUtcNow());
            return keys;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            logger.ProviderNotAsked(issuer, error);
            return known is not null ? null : throw TokenErrors.NoProvider(issuer);
        }
        finally
        {
            _reading.Release();
        }
    }
}
