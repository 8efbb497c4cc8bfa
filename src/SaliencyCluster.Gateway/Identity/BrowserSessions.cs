using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Sessions of signed-in browsers, <c>sls_ID_EXPIRES_MAC</c>: who signed in with which key, until when, signed by the cluster.</summary>
/// <remarks>
/// Whoever steals one has what its key may do until it ends, and never the key. The stored hash of the key is signed too: a session ends at once when its key is
/// revoked, expires or is replaced. Every gateway of the cluster knows it, since they share the secret.
/// </remarks>
/// <param name="secret">Gets what sessions are signed with; asked for until it is known.</param>
/// <param name="keys">The keys that are accepted.</param>
/// <param name="clock">Says what has ended.</param>
internal sealed partial class BrowserSessions(Func<Task<byte[]>> secret, KeyStore keys, TimeProvider clock)
{
    /// <summary>How long a browser stays signed in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private byte[]? _secret;

    /// <summary>Says whether a text is a session and no key.</summary>
    public static bool IsSession(string? text) => text?.StartsWith("sls_", StringComparison.Ordinal) == true;

    /// <summary>Begins a session of who has a key.</summary>
    /// <param name="text">The key.</param>
    /// <exception cref="SaliencyException">SAL2901 to SAL2904: the key is not accepted.</exception>
    public async Task<string> BeginAsync(string? text)
    {
        keys.Authenticate(text);
        var key = ApiKey.Parse(text!)!;
        var expires = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"sls_{key.Id}_{expires}_{Mac(await SecretAsync(), key.Id, expires, key.Hash)}";
    }

    /// <summary>Finds who a session belongs to.</summary>
    /// <exception cref="SaliencyException">SAL2902 to SAL2904: its key is not accepted, or it is forged; SAL2909: it has ended.</exception>
    public async Task<Caller> AuthenticateAsync(string text)
    {
        if (SessionText().Match(text) is not { Success: true } match) throw AccessErrors.UnknownKey();
        var (id, expires, mac) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
        var signed = await SecretAsync();
        var caller = keys.Authenticate(id, hash =>
            CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mac),
                Encoding.ASCII.GetBytes(Mac(signed, id, expires, hash))));
        var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(expires, CultureInfo.InvariantCulture));
        return until > clock.GetUtcNow() ? caller : throw AccessErrors.SessionEnded(until);
    }

    // No part can hold the separator.
    private static string Mac(byte[] secret, string id, string expires, string hash) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{id}_{expires}_{hash}")));

    private async Task<byte[]> SecretAsync() => _secret ??= await secret();

    [GeneratedRegex(@"^sls_([A-Za-z0-9-]{1,40})_([0-9]{1,11})_([A-Za-z0-9_-]{43})\z")]
    private static partial Regex SessionText();
}
