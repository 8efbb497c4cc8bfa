using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace SaliencyCluster.Gateway.Identity.Keys;

/// <summary>The text of a key, <c>slk_ID_SECRET</c>: shown once when it is made, and stored by its user only.</summary>
/// <remarks>
/// The secret has 256 random bits, so one round of SHA-256 is as hard to invert as guessing the secret. Slow hashes (bcrypt,
/// Argon2) protect what people can remember; here they would only make every call cost milliseconds.
/// </remarks>
public sealed partial record ApiKey
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz", Digits = "0123456789";
    private const int IdLength = 10, SecretLength = 43; // 62^43 > 2^256

    private ApiKey(string id, string text) => (Id, Text) = (id, text);

    /// <summary>Gets the name of the key.</summary>
    public string Id { get; }

    /// <summary>Gets the whole text, which is the secret.</summary>
    public string Text { get; }

    /// <summary>Gets what the file holds of it.</summary>
    public string Hash => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}";

    /// <summary>Makes a key with a new secret.</summary>
    /// <param name="id">Its name; null makes one up.</param>
    public static ApiKey Create(string? id = null)
    {
        id ??= RandomNumberGenerator.GetString(Letters + Digits, IdLength);
        return new(id, $"slk_{id}_{RandomNumberGenerator.GetString(Letters + Letters.ToUpperInvariant() + Digits, SecretLength)}");
    }

    /// <summary>Reads a text; null where it is no key.</summary>
    public static ApiKey? Parse(string text) => KeyText().Match(text) is { Success: true } match ? new(match.Groups[1].Value, text) : null;

    /// <summary>Says whether a text can name a key.</summary>
    public static bool IsId(string id) => IdText().IsMatch(id);

    /// <summary>Says whether a stored hash is that of this key. Takes the same time whatever the difference.</summary>
    public bool Matches(string hash) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Hash), Encoding.UTF8.GetBytes(hash));

    /// <summary>Gets a text that is safe to log.</summary>
    public override string ToString() => $"slk_{Id}_...";

    [GeneratedRegex(@"^slk_([A-Za-z0-9-]{1,40})_[A-Za-z0-9]{43}\z")]
    private static partial Regex KeyText();

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,40}\z")]
    private static partial Regex IdText();
}
