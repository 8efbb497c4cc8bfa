using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Tls;

internal static class PeerTlsErrors
{
    public static SaliencyException Missing(string why) => new("SAL9204",
        $"Traffic between processes would be neither encrypted nor authenticated: {why}, and there is no certificate of the cluster.",
        "`saliency certificates create --folder FOLDER` makes one: set Saliency:Cluster:Tls:Certificate, CertificateKey and Authorities to its files in every process of the cluster. "
        + "Or accept that whoever reaches the silo port has all rights: Saliency:Cluster:Tls:Required=false.");

    public static SaliencyException Unusable(string what, Exception? cause = null) => new("SAL9205",
        $"The certificate of this process for traffic within the cluster cannot be used: {what}",
        "Give PEM files of a valid certificate of the cluster's authority for servers and clients, of its own private key, and of the authority: docs/security.md.", cause);
}
