using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Tls;

/// <summary>What this process shows its peers, and what it asks of them; as read from the files at one time.</summary>
internal sealed class PeerCertificate
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1", ClientUse = "1.3.6.1.5.5.7.3.2";
    private readonly X509Certificate2Collection _roots = [], _between = [];
    private readonly string? _name;

    private PeerCertificate(X509Certificate2 leaf, X509Certificate2Collection chain, X509Certificate2Collection authorities, string? name)
    {
        // A root is its own issuer; what else is in either file helps to get from a certificate to a root.
        _roots.AddRange(authorities.Where(IsRoot).ToArray());
        _between.AddRange(authorities.Concat(chain).Where(c => !IsRoot(c)).ToArray());
        _name = name;
        // Offline: a connection must not wait for somebody else's server.
        Context = SslStreamCertificateContext.Create(leaf, _between, offline: true);
    }

    /// <summary>Gets the certificate with what lies between it and its authority.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Reads a certificate, its key and the authorities, and holds them to what is asked of a peer.</summary>
    /// <exception cref="SaliencyException">SAL9205: no peer would accept it.</exception>
    public static PeerCertificate Read(string certificate, string key, string authorities, string? name, DateTimeOffset now)
    {
        try
        {
            var leaf = X509Certificate2.CreateFromPem(certificate, key);
            X509Certificate2Collection chain = [], roots = [];
            chain.ImportFromPem(certificate);
            roots.ImportFromPem(authorities);
            var read = new PeerCertificate(leaf, chain, roots, name);
            if (read._roots.Count == 0) throw PeerTlsErrors.Unusable("the file of authorities holds no root certificate (one that is its own issuer).");
            foreach (var use in (string[])[ServerUse, ClientUse])
            {
                if (read.RefusalOf(leaf, use, now) is { } refusal) throw PeerTlsErrors.Unusable(refusal);
            }
            return read;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException) // the latter where they do not belong together
        {
            throw PeerTlsErrors.Unusable(error.Message, error);
        }
    }

    /// <summary>Gets what the runtime holds a peer's certificate to.</summary>
    public X509ChainPolicy Policy()
    {
        // No revocation: a private authority has no such list; a certificate is taken back by changing the authority.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(_roots);
        policy.ExtraStore.AddRange(_between);
        return policy;
    }

    /// <summary>Says why a peer whose chain is in order is refused all the same.</summary>
    public string? NameRefusalOf(X509Certificate2 certificate) =>
        _name is null || certificate.MatchesHostname(_name, allowWildcards: false, allowCommonName: false)
            ? null
            : $"the certificate '{certificate.Subject}' does not hold the DNS name '{_name}'";

    private string? RefusalOf(X509Certificate2 certificate, string use, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = Policy() };
        chain.ChainPolicy.ApplicationPolicy.Add(new(use));
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        return chain.Build(certificate) ? NameRefusalOf(certificate) : Explain(certificate, chain);
    }

    /// <summary>Says what is wrong with a chain.</summary>
    public static string Explain(X509Certificate2 certificate, X509Chain chain) => FormattableString.Invariant(
        $"the certificate '{certificate.Subject}' (valid from {certificate.NotBefore:u} to {certificate.NotAfter:u}): {string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()).Distinct())}");

    private static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
