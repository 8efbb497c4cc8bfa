using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Render;

/// <summary>What the chart makes for the traffic between pods is what a process asks for.</summary>
public sealed class SiloCertificateTests
{
    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.1")] // servers
    [InlineData("1.3.6.1.5.5.7.3.2")] // clients
    public void The_certificate_is_of_its_authority_for_both_sides_of_a_connection(string use)
    {
        var data = Helm.Render("storage: {kind: cluster}\npostgresql: {existingSecret: db}\nblobs: {kind: s3, s3: {bucket: b}}\npools: {a: {}}\nsiloTls: {peerName: silo.maps, days: 400}")
            .Single(m => m.ToString() == "Secret saliency-silo").Json["data"]!.AsObject().ToDictionary(p => p.Key, p => Encoding.UTF8.GetString(Convert.FromBase64String(p.Value!.ToString())));
        using var certificate = X509Certificate2.CreateFromPem(data["tls.crt"], data["tls.key"]);
        using var authority = X509Certificate2.CreateFromPem(data["ca.crt"]);
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(use));
        Assert.True(chain.Build(certificate), string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation)));
        Assert.True(certificate.MatchesHostname("silo.maps", allowCommonName: false));
        Assert.InRange(certificate.NotAfter - DateTime.Now, TimeSpan.FromDays(399), TimeSpan.FromDays(401));
        Assert.Equal(["ca.crt", "tls.crt", "tls.key"], data.Keys.Order(StringComparer.Ordinal)); // not the authority's key
    }
}
