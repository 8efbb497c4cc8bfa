using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SaliencyCluster.Hosting.Tls;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Tests.Tls;

/// <summary>A process looks at its own certificate as its peers will: what they would refuse ends it at the start.</summary>
public sealed class PeerCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly ClusterAuthority _authority = ClusterAuthority.Create("cluster", Now.AddDays(-10), Now.AddDays(10));
    private readonly ClusterAuthority _other = ClusterAuthority.Create("cluster", Now.AddDays(-10), Now.AddDays(10));

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void A_certificate_of_the_authority_is_taken()
    {
        var (certificate, key) = _authority.Issue("silo", Now.AddDays(-1), Now.AddDays(1));
        var read = PeerCertificate.Read(certificate, key, _authority.Certificate, "silo", Now);
        Assert.Equal("CN=silo", read.Context.TargetCertificate.Subject);
        Assert.NotNull(PeerCertificate.Read(certificate, key, _other.Certificate + _authority.Certificate, null, Now));
    }

    [Theory]
    [InlineData(-2, -1, "CN=silo")] // expired
    [InlineData(1, 2, "CN=silo")] // not yet valid
    public void Dates_are_held_to(int from, int until, string named)
    {
        var (certificate, key) = _authority.Issue("silo", Now.AddDays(from), Now.AddDays(until));
        Refused(certificate, key, _authority.Certificate, null, named);
    }

    // Of the same name as the right one: only the signature tells them apart.
    [Fact]
    public void Another_authority_of_the_same_name_is_refused()
    {
        var (certificate, key) = _other.Issue("silo", Now.AddDays(-1), Now.AddDays(1));
        Refused(certificate, key, _authority.Certificate, null, "CN=silo");
    }

    [Fact]
    public void Another_name_is_refused()
    {
        var (certificate, key) = _authority.Issue("web", Now.AddDays(-1), Now.AddDays(1));
        Refused(certificate, key, _authority.Certificate, "silo", "does not hold the DNS name 'silo'");
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        var (certificate, _) = _authority.Issue("silo", Now.AddDays(-1), Now.AddDays(1));
        var (_, key) = _authority.Issue("silo", Now.AddDays(-1), Now.AddDays(1));
        Refused(certificate, key, _authority.Certificate, null, "");
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.1")] // servers alone, as most authorities of the web issue
    [InlineData("1.3.6.1.5.5.7.3.2")] // clients alone
    public void A_certificate_for_one_side_of_a_connection_is_refused(string use)
    {
        using var root = X509Certificate2.CreateFromPem(_authority.Certificate, _authority.Key);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=silo", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(use)], critical: false));
        using var issued = request.Create(root, Now.AddDays(-1), Now.AddDays(1), [1, 2, 3]);
        Refused(issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), _authority.Certificate, null, "CN=silo");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no PEM")]
    public void Texts_that_hold_no_certificate_are_refused(string text)
    {
        var (certificate, key) = _authority.Issue("silo", Now.AddDays(-1), Now.AddDays(1));
        Refused(text, key, _authority.Certificate, null, "");
        Refused(certificate, text, _authority.Certificate, null, "");
        Refused(certificate, key, text, null, "");
    }

    private static void Refused(string certificate, string key, string authorities, string? name, string said)
    {
        var error = Assert.Throws<SaliencyException>(() => PeerCertificate.Read(certificate, key, authorities, name, Now));
        Assert.Equal("SAL9205", error.Code);
        Assert.Contains(said, error.What, StringComparison.Ordinal);
    }
}
