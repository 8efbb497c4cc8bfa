using SaliencyCluster.Hosting.Tls;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>The files by which a process proves that it belongs to a cluster.</summary>
internal sealed class PeerFiles
{
    public const string Name = "silo.test";
    private readonly string _folder;

    public PeerFiles(string folder, ClusterAuthority? authority = null, TimeSpan? age = null, string name = Name)
    {
        _folder = Directory.CreateDirectory(Path.Combine(folder, $"tls-{Guid.NewGuid():N}")).FullName;
        using var own = authority is null ? NewAuthority() : null;
        Write([authority ?? own!], authority ?? own!, age, name);
    }

    public PeerTlsSettings Settings => new() { Certificate = In("silo.pem"), CertificateKey = In("silo.key"), Authorities = In("authorities.pem"), PeerName = Name };

    public string[] Arguments =>
    [
        $"--Saliency:Cluster:Tls:Certificate={In("silo.pem")}", $"--Saliency:Cluster:Tls:CertificateKey={In("silo.key")}",
        $"--Saliency:Cluster:Tls:Authorities={In("authorities.pem")}", $"--Saliency:Cluster:Tls:PeerName={Name}",
    ];

    public static ClusterAuthority NewAuthority() =>
        ClusterAuthority.Create("test", DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));

    /// <summary>Writes the files anew, as a renewal does.</summary>
    /// <param name="trusted">Whose certificates are accepted.</param>
    /// <param name="issuer">Who makes the process's own.</param>
    /// <param name="age">How long ago it expired; null: it is valid.</param>
    /// <param name="name">The DNS name that it holds.</param>
    public void Write(ClusterAuthority[] trusted, ClusterAuthority issuer, TimeSpan? age = null, string name = Name)
    {
        var now = DateTimeOffset.UtcNow;
        var (certificate, key) = issuer.Issue(name, now.AddDays(-2), age is { } past ? now - past : now.AddDays(1));
        File.WriteAllText(In("authorities.pem"), string.Concat(trusted.Select(a => a.Certificate)));
        File.WriteAllText(In("silo.key"), key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(In("silo.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(In("silo.pem"), certificate);
    }

    private string In(string file) => Path.Combine(_folder, file);
}
