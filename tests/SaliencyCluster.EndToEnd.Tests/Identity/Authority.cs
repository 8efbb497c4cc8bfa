using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>A certificate authority of this test, and files of what it signs.</summary>
internal sealed class Authority : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1), To = From.AddDays(30);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Authority(string name)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Certificate = request.CreateSelfSigned(From, To);
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2Collection Trusted => [Certificate];

    /// <summary>Writes the authority's own certificate.</summary>
    public string WriteTo(string path)
    {
        File.WriteAllText(path, Certificate.ExportCertificatePem());
        return path;
    }

    /// <summary>Writes a server's certificate and key; the certificate is for that address and no other.</summary>
    public (string Certificate, string Key) Issue(string path, IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var issued = request.Create(Certificate, From, To, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(path + ".crt", issued.ExportCertificatePem());
        File.WriteAllText(path + ".key", key.ExportPkcs8PrivateKeyPem());
        return (path + ".crt", path + ".key");
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
