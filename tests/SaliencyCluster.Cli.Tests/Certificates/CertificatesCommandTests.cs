using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using SaliencyCluster.Hosting.Silo;

namespace SaliencyCluster.Cli.Tests.Certificates;

public sealed class CertificatesCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("saliency-certificates-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_printed_are_the_settings_of_a_process()
    {
        var run = await Run.Of("certificates", "create", "--folder", In("new"));
        Assert.Equal((0, true), (run.Exit, run.Out.Contains("Saliency__Cluster__Tls__Certificate=", StringComparison.Ordinal)));
        var settings = run.Out.Split('\n').Where(l => l.StartsWith("  ", StringComparison.Ordinal)).Select(l => l.Trim().Split('=', 2))
            .ToDictionary(p => p[0].Replace("__", ":", StringComparison.Ordinal), p => (string?)p[1]);
        var read = ClusterSettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        Assert.Equal(("saliency-silo", true), (read.Tls.PeerName, read.Tls.IsOn));
        Assert.All(new[] { read.Tls.Certificate, read.Tls.CertificateKey, read.Tls.Authorities }, f => Assert.True(File.Exists(f)));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(In("new/ca.key")) | File.GetUnixFileMode(In("new/tls.key")));
    }

    [Fact]
    public async Task The_second_time_renews_the_certificate_and_keeps_the_authority()
    {
        Assert.Equal(0, (await Run.Of("certificates", "create", "--folder", In("."))).Exit);
        var (authority, certificate) = (File.ReadAllText(In("ca.crt")), File.ReadAllText(In("tls.crt")));
        Assert.Equal(0, (await Run.Of("certificates", "create", "--folder", In("."), "--name", "silo.maps", "--days", "30"))!.Exit);
        Assert.Equal(authority, File.ReadAllText(In("ca.crt")));
        Assert.NotEqual(certificate, File.ReadAllText(In("tls.crt")));
        using var renewed = X509Certificate2.CreateFromPemFile(In("tls.crt"), In("tls.key"));
        Assert.True(renewed.MatchesHostname("silo.maps", allowCommonName: false));
        Assert.InRange(renewed.NotAfter.ToUniversalTime() - DateTime.UtcNow, TimeSpan.FromDays(29), TimeSpan.FromDays(30));
    }

    [Theory]
    [InlineData("--days", "0")]
    [InlineData("--days", "3651")]
    [InlineData("--name", "a b")]
    public async Task A_wrong_value_is_refused(string option, string value)
    {
        var run = await Run.Of("certificates", "create", "--folder", In("."), option, value);
        Assert.Contains("SAL2503", run.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public async Task An_authority_without_its_key_is_named()
    {
        File.WriteAllText(In("ca.crt"), "no certificate");
        var run = await Run.Of("certificates", "create", "--folder", In("."));
        Assert.Contains("SAL9207", run.Error, StringComparison.Ordinal);
    }

    private string In(string file) => Path.Combine(_folder.FullName, file);
}
