using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SaliencyCluster.TestKit.Identity;

/// <summary>A small identity provider: serves its documents as OpenID Connect has them, and signs whatever it is told to, also what is
/// wrong. Made of the framework alone, so that it shares no code with what checks tokens.</summary>
public sealed class TokenIssuer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly List<(string Id, RSA Key)> _keys = [];
    private readonly Task _serving;
    private int _asked;
    private int _made;

    /// <summary>Starts it with one key.</summary>
    public TokenIssuer()
    {
        (_listener, Address) = Listening();
        Rotate();
        _serving = ServeAsync();
    }

    /// <summary>Gets its address, as the claim <c>iss</c> has it.</summary>
    public string Address { get; }

    /// <summary>Gets or sets what it says that it is called; null for its address.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets whether it answers with errors.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Gets how often its keys were asked for.</summary>
    public int Asked => _asked;

    /// <summary>Begins to sign with a new key.</summary>
    /// <param name="forgets">Whether the old ones are no longer published.</param>
    public void Rotate(bool forgets = false)
    {
        lock (_keys)
        {
            if (forgets) _keys.Clear();
            _keys.Add(($"key-{++_made}", RSA.Create(2048)));
        }
    }

    /// <summary>Makes a token that is right but for what is changed.</summary>
    /// <param name="change">Changes its claims.</param>
    /// <param name="header">Changes its header.</param>
    /// <param name="sign">Signs it; null with the newest key (RS256).</param>
    public string Token(Action<Dictionary<string, object>>? change = null, Action<Dictionary<string, object>>? header = null,
        Func<byte[], byte[]>? sign = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var (id, key) = Newest;
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Address, ["aud"] = "saliency", ["sub"] = "alice", ["iat"] = now, ["nbf"] = now, ["exp"] = now + 300,
                ["tenant"] = "lab",
            ["roles"] = (string[])["submit"],
        };
        var head = new Dictionary<string, object> { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = id };
        change?.Invoke(claims);
        header?.Invoke(head);
        var signed = $"{Encode(head)}.{Encode(claims)}";
        var signature = (sign ?? (data => key.SignData(data, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1)))(Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Gets the newest key's public half as PEM.</summary>
    public string PublicKey() => Newest.Key.ExportSubjectPublicKeyInfoPem();

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Close();
        _serving.Wait(TimeSpan.FromSeconds(10));
        foreach (var (_, key) in _keys) key.Dispose();
    }

    private (string Id, RSA Key) Newest
    {
        get
        {
            lock (_keys) return _keys[^1];
        }
    }

    private static string Encode(Dictionary<string, object> what) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(what));

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var answer = asked.Request.Url!.AbsolutePath switch
            {
                _ when IsBroken => null,
                "/.well-known/openid-configuration" => (object)new { issuer = Name ?? Address, jwks_uri = $"{Address}/keys" },
                "/keys" => new { keys = Published() },
                _ => null,
            };
            asked.Response.StatusCode = answer is null ? 500 : 200;
            asked.Response.ContentType = "application/json";
            if (answer is not null) await asked.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer));
            asked.Response.Close();
        }
    }

    private object[] Published()
    {
        Interlocked.Increment(ref _asked);
        lock (_keys)
        {
            return [.. _keys.Select(k => (k.Id, Public: k.Key.ExportParameters(false))).Select(k => new
            {
                kty = "RSA", use = "sig", alg = "RS256", kid = k.Id, n = Base64Url.EncodeToString(k.Public.Modulus),
                e = Base64Url.EncodeToString(k.Public.Exponent),
            })];
        }
    }

    private static (HttpListener Listener, string Address) Listening(int tries = 20)
    {
        var address = $"http://127.0.0.1:{Random.Shared.Next(10_000, 32_768)}";
        var listener = new HttpListener { Prefixes = { $"{address}/" } };
        try
        {
            listener.Start();
            return (listener, address);
        }
        catch (HttpListenerException) when (tries > 1)
        {
            listener.Close();
            return Listening(tries - 1);
        }
    }
}
