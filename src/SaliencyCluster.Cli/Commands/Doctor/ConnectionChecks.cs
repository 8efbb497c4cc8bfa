using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SaliencyCluster.Hosting.Doctor;

namespace SaliencyCluster.Cli.Commands.Doctor;

/// <summary>Whether something listens at the endpoint, and whether its certificate will still be trusted next week.</summary>
internal static class ConnectionChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(14);

    public static async Task<IReadOnlyList<CheckResult>> RunAsync(Uri endpoint, X509Certificate2Collection? authorities, TimeProvider clock, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(endpoint.Host, endpoint.Port, linked.Token);
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return
            [
                new("SAL9401", "endpoint", CheckOutcome.Failed, $"nothing answers at {endpoint.Host}:{endpoint.Port}: {error.Message}",
                    "Check address and port; in Kubernetes: kubectl port-forward service/RELEASE-grpc 50051, and the NetworkPolicy's clients."),
            ];
        }
        var reached = new CheckResult("SAL9401", "endpoint", CheckOutcome.Ok, $"{endpoint.Host}:{endpoint.Port} accepts connections");
        return [reached, endpoint.Scheme == "https" ? await CertificateAsync(connection, endpoint, authorities, clock, linked.Token) : Plain(endpoint)];
    }

    private static CheckResult Plain(Uri endpoint) => endpoint.IsLoopback
        ? new("SAL9402", "TLS", CheckOutcome.Skipped, "not used, and not needed on this host")
        : new("SAL9402", "TLS", CheckOutcome.Warning, "not used: everybody on the way can read maps and keys", "Give the gateway a certificate (tls.enabled in the chart) and use https://");

    private static async Task<CheckResult> CertificateAsync(
        TcpClient connection, Uri endpoint, X509Certificate2Collection? authorities, TimeProvider clock, CancellationToken cancellation)
    {
        var trust = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (authorities is not null)
        {
            trust.TrustMode = X509ChainTrustMode.CustomRootTrust;
            trust.CustomTrustStore.AddRange(authorities);
        }
        using var tls = new SslStream(connection.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = endpoint.Host, CertificateChainPolicy = trust, ApplicationProtocols = [SslApplicationProtocol.Http2] }, cancellation);
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            return new("SAL9402", "TLS", CheckOutcome.Failed, $"the certificate is not accepted: {error.Message}",
                "Give the authority with --ca FILE; or a certificate for this host name that has not run out.");
        }
        using var certificate = new X509Certificate2(tls.RemoteCertificate!);
        var left = certificate.NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime;
        var found = $"{certificate.Subject}, valid for {left.TotalDays:0} more days, {tls.SslProtocol}";
        return left < RenewBefore
            ? new("SAL9402", "TLS", CheckOutcome.Warning, found, "Renew it; the gateway reads it at its start.")
            : new("SAL9402", "TLS", CheckOutcome.Ok, found);
    }
}
