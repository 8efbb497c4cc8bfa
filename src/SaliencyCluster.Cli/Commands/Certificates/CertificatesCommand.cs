using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Certificates;

/// <summary><c>saliency certificates</c>: the certificates by which processes of a cluster know each other.</summary>
internal static class CertificatesCommand
{
    public static Command Create(CliHost host) => new("certificates", "Make the certificates by which processes of a cluster know each other.") { new CertificatesCreateCommand(host) };
}
