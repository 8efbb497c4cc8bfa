using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SaliencyCluster.Hosting.Tls;

/// <summary>An authority for one cluster alone: makes the certificates by which its processes know each other.</summary>
public sealed class ClusterAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly ECDsa _key;

    private ClusterAuthority(X509Certificate2 certificate, ECDsa key) => (_certificate, _key) = (certificate, key);

    /// <summary>Gets the certificate, which every process needs.</summary>
    public string Certificate => _certificate.ExportCertificatePem() + "\n";

    /// <summary>Gets the key, which no process needs: who has it makes certificates of the cluster.</summary>
    public string Key => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>Gets until when the authority's own certificate is valid.</summary>
    public DateTimeOffset ValidUntil => _certificate.NotAfter;

    /// <summary>Makes one.</summary>
    public static ClusterAuthority Create(string name, DateTimeOffset from, DateTimeOffset until)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new(request.CreateSelfSigned(from, until), key);
    }

    /// <summary>Reads one that was made before.</summary>
    /// <exception cref="CryptographicException">The texts are no certificate and key; <see cref="ArgumentException"/> where they do not belong together.</exception>
    public static ClusterAuthority Read(string certificate, string key)
    {
        var read = X509Certificate2.CreateFromPem(certificate, key);
        return new(read, read.GetECDsaPrivateKey() ?? throw new CryptographicException("The key is none of an elliptic curve."));
    }

    /// <summary>Makes a certificate for servers and clients, with its key.</summary>
    /// <param name="name">The DNS name that it holds.</param>
    /// <param name="from">The first moment of its validity.</param>
    /// <param name="until">The last one; not after the authority's.</param>
    public (string Certificate, string Key) Issue(string name, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var issued = request.Create(_certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), from, until, serial);
        return (issued.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
