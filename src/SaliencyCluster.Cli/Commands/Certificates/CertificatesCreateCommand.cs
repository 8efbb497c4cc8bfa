using System.CommandLine;
using System.Security.Cryptography;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Hosting.Files;
using SaliencyCluster.Hosting.Tls;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Certificates;

/// <summary><c>saliency certificates create</c>: an authority, where the folder has none yet, and a new certificate of it.</summary>
internal sealed class CertificatesCreateCommand : CliCommand
{
    private const int AuthorityDays = 3650;
    private readonly Option<string> _folder = new("--folder") { Description = "Where the files are, or are to be. An authority that is there makes the new certificate.", Required = true, HelpName = "FOLDER" };
    private readonly Option<string> _name = new("--name") { Description = "DNS name in the certificate (Saliency:Cluster:Tls:PeerName).", DefaultValueFactory = _ => "saliency-silo", HelpName = "NAME" };
    private readonly Option<int> _days = new("--days") { Description = "Days until the certificate expires; the authority is valid for ten years.", DefaultValueFactory = _ => 365, HelpName = "N" };

    public CertificatesCreateCommand(CliHost host) : base("create", "Make a certificate of the cluster, or renew it; and its authority, once.", host)
    {
        foreach (var option in (Option[])[_folder, _name, _days]) Add(option);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (folder, name, days) = (Path.GetFullPath(arguments.GetRequiredValue(_folder)), arguments.GetValue(_name)!, arguments.GetValue(_days));
        if (Uri.CheckHostName(name) != UriHostNameType.Dns) throw new SaliencyException("SAL2503", $"--name is '{name}'.", "It must be a DNS name such as saliency-silo.");
        if (days is < 1 or > AuthorityDays) throw new SaliencyException("SAL2503", $"--days is '{days}'.", $"It must be from 1 to {AuthorityDays}.");
        var now = host.Clock.GetUtcNow();
        try
        {
            PrivateFiles.CreateFolder(folder);
            using var authority = Authority(folder, now);
            var until = now.AddDays(days) < authority.ValidUntil ? now.AddDays(days) : authority.ValidUntil;
            var (certificate, key) = authority.Issue(name, now.AddMinutes(-5), until);
            // The key first: a process that reads between the two keeps the pair that it has, and reads again.
            PrivateFiles.Replace(Path.Combine(folder, "tls.key"), key);
            PrivateFiles.Replace(Path.Combine(folder, "tls.crt"), certificate);
            if (host.Json) JsonPrinter.Print(host.Out, new { folder, name, expires = until });
            else Explain(host, folder, name, until);
            return Task.FromResult(ExitCode.Ok);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new SaliencyException("SAL9207", $"The certificates in '{folder}' cannot be made: {error.Message}",
                "Check the folder's permissions, and that ca.crt and ca.key are those that this command made.", error);
        }
    }

    private static ClusterAuthority Authority(string folder, DateTimeOffset now)
    {
        var (file, keyFile) = (Path.Combine(folder, "ca.crt"), Path.Combine(folder, "ca.key"));
        if (File.Exists(file) || File.Exists(keyFile)) return ClusterAuthority.Read(File.ReadAllText(file), File.ReadAllText(keyFile));
        var made = ClusterAuthority.Create("SaliencyCluster silos", now.AddMinutes(-5), now.AddDays(AuthorityDays));
        PrivateFiles.Replace(keyFile, made.Key);
        PrivateFiles.Replace(file, made.Certificate);
        return made;
    }

    private static void Explain(CliHost host, string folder, string name, DateTimeOffset until)
    {
        host.Out.WriteLine(FormattableString.Invariant($"tls.crt and tls.key in {folder} are valid until {until:u}. Give every process of the cluster these files and settings:"));
        foreach (var (key, value) in new[] { ("Certificate", Path.Combine(folder, "tls.crt")), ("CertificateKey", Path.Combine(folder, "tls.key")), ("Authorities", Path.Combine(folder, "ca.crt")), ("PeerName", name) })
            host.Out.WriteLine($"  Saliency__Cluster__Tls__{key}={value}");
        host.Error.WriteLine("Keep ca.key away from them: who has it makes certificates of the cluster. The same command makes the next certificate; processes take it over.");
    }
}
