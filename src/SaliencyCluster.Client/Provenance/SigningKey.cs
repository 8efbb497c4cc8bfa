using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace SaliencyCluster.Client.Provenance;

/// <summary>The public half of the Ed25519 key with which a deployment signs its manifests.</summary>
public sealed class SigningKey
{
    private const string Label = "PUBLIC KEY";

    // SubjectPublicKeyInfo of Ed25519 (RFC 8410): everything before the 32 bytes of the key.
    private static readonly byte[] Prefix = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    private readonly byte[] _key;

    internal SigningKey(ReadOnlySpan<byte> key) => _key = key.ToArray();

    /// <summary>Gets the SHA-256 of the key as it stands in a PEM file, in hex: what people compare.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData([.. Prefix, .. _key]));

    /// <summary>Reads a PEM file; null where it holds no Ed25519 public key.</summary>
    public static SigningKey? FromPem(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || pem.AsSpan()[fields.Label] is not Label) return null;
        var bytes = Convert.FromBase64String(pem[fields.Base64Data]);
        return bytes.Length == Prefix.Length + Ed25519PublicKeyParameters.KeySize && bytes.AsSpan().StartsWith(Prefix)
            ? new(bytes.AsSpan(Prefix.Length))
            : null;
    }

    /// <summary>Writes it as a PEM file.</summary>
    public string ToPem() => PemEncoding.WriteString(Label, [.. Prefix, .. _key]) + "\n";

    /// <summary>Says whether a signature is this key's signature of the data.</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, new Ed25519PublicKeyParameters(_key));
        verifier.BlockUpdate(data);
        return verifier.VerifySignature(signature.ToArray());
    }

    /// <summary>Signs with the private key of 32 bytes that a deployment holds.</summary>
    internal static (byte[] Signature, SigningKey Key) Sign(byte[] secret, ReadOnlySpan<byte> data)
    {
        var key = new Ed25519PrivateKeyParameters(secret);
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, key);
        signer.BlockUpdate(data);
        return (signer.GenerateSignature(), new(key.GeneratePublicKey().GetEncoded()));
    }
}
