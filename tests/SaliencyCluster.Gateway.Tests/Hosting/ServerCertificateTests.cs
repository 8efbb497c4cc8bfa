using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Hosting;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("saliency-certificate-");
    private readonly FakeTimeProvider _time = new();

    private string Certificate => Path.Combine(_folder.FullName, "tls.crt");

    private string Key => Path.Combine(_folder.FullName, "tls.key");

    [Fact]
    public void A_renewed_pair_is_served_within_ten_seconds()
    {
        Write("first");
        var served = Read();
        Write("second");
        Assert.Equal("CN=first", Subject(served));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=second", Subject(served));
    }

    [Fact]
    public void While_certificate_and_key_do_not_belong_together_the_pair_before_serves()
    {
        Write("first");
        var served = Read();
        var key = File.ReadAllText(Key);
        Write("second");
        var next = File.ReadAllText(Key);
        File.WriteAllText(Key, key);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=first", Subject(served));
        File.Delete(Key);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=first", Subject(served));
        File.WriteAllText(Key, next);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=second", Subject(served));
    }

    [Fact]
    public void Only_the_certificate_that_is_served_is_the_gateways_own()
    {
        Write("other");
        using var other = X509CertificateLoader.LoadCertificateFromFile(Certificate);
        Write("first");
        using var own = X509CertificateLoader.LoadCertificateFromFile(Certificate);
        var served = Read();
        Assert.True(served.IsOwn(own));
        Assert.False(served.IsOwn(other));
    }

    [Fact]
    public void A_pair_that_does_not_belong_together_is_refused_at_the_start()
    {
        Write("first");
        var key = File.ReadAllText(Key);
        Write("second");
        File.WriteAllText(Key, key);
        Assert.Equal("SAL9023", Assert.Throws<SaliencyException>(Read).Code);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Subject(ServerCertificate certificate) => certificate.Current.TargetCertificate.Subject;

    private ServerCertificate Read() => new(Certificate, Key, _time, NullLogger<ServerCertificate>.Instance);

    private void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }
}
