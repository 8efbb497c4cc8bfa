using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Orleans.Connections.Security;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Tls;

/// <summary>
/// Mutual TLS between the processes of a cluster. Both sides of a connection show a certificate of the cluster's authority; addresses change with every pod, so
/// certificates are not held to them. Renewed files are used for connections that begin after; open ones go on.
/// </summary>
internal sealed partial class PeerTls
{
    private readonly PeerTlsSettings _settings;
    private readonly ILogger _logger;
    private readonly RenewedFiles<PeerCertificate> _files;

    /// <summary>Reads the files.</summary>
    /// <exception cref="SaliencyException">SAL9205: they cannot be used.</exception>
    public PeerTls(PeerTlsSettings settings, TimeProvider time, ILogger logger)
    {
        (_settings, _logger) = (settings, logger);
        try
        {
            _files = new([settings.Certificate!, settings.CertificateKey!, settings.Authorities!],
                texts => PeerCertificate.Read(texts[0], texts[1], texts[2], settings.PeerName, time.GetUtcNow()),
                now => LogRenewed(settings.Certificate!, now.Context.TargetCertificate.NotAfter),
                (before, error) => LogNotRenewed(settings.Certificate!, before.Context.TargetCertificate.NotAfter, error), time);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PeerTlsErrors.Unusable(error.Message, error);
        }
        RefuseReadableKey(settings.CertificateKey!);
    }

    /// <summary>Gets until when the certificate of now is valid.</summary>
    public DateTime ValidUntil => _files.Current.Context.TargetCertificate.NotAfter;

    /// <summary>Sets what a silo does with its connections.</summary>
    public void Configure(TlsOptions options)
    {
        // Asked for by the package, which is given the context of the moment below.
        options.LocalServerCertificateSelector = (_, _) => _files.Current.Context.TargetCertificate;
        options.LocalClientCertificateSelector = (_, _, _, _, _) => _files.Current.Context.TargetCertificate;
        // Of both sides: the other mode of the package is about a certificate that is set once and for all.
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = Accept;
        options.OnAuthenticateAsServer = (_, server) => Prepare((SslServerAuthenticationOptions)server.SslServerAuthenticationOptions);
        options.OnAuthenticateAsClient = (_, client) => Prepare((SslClientAuthenticationOptions)client.SslClientAuthenticationOptions);
    }

    private void Prepare(SslServerAuthenticationOptions server)
    {
        var current = _files.Current;
        server.ServerCertificateSelectionCallback = null;
        server.ServerCertificateContext = current.Context;
        server.ClientCertificateRequired = true;
        server.CertificateChainPolicy = current.Policy();
        // Every connection shows its certificate again.
        server.AllowTlsResume = false;
    }

    private void Prepare(SslClientAuthenticationOptions client)
    {
        var current = _files.Current;
        client.LocalCertificateSelectionCallback = null;
        client.ClientCertificateContext = current.Context;
        client.TargetHost = _settings.PeerName ?? "saliency-silo";
        client.CertificateChainPolicy = current.Policy();
        client.AllowTlsResume = false;
    }

    private bool Accept(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var refusal = (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == 0
            ? _files.Current.NameRefusalOf(certificate)
            : chain is null ? errors.ToString() : PeerCertificate.Explain(certificate, chain);
        if (refusal is not null) LogRefused("SAL9206", refusal);
        return refusal is null;
    }

    private static void RefuseReadableKey(string file)
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if ((File.GetUnixFileMode(file) & Others) != 0) throw PeerTlsErrors.Unusable($"other accounts can read the key '{file}': chmod o= {file}");
    }

    [LoggerMessage(EventId = 3511, Level = LogLevel.Information, Message = "The cluster certificate {File} was renewed; the new one is valid until {NotAfter}")]
    private partial void LogRenewed(string file, DateTime notAfter);

    [LoggerMessage(EventId = 3512, Level = LogLevel.Warning, Message = "The changed cluster certificate {File} cannot be used; the one before serves until {NotAfter}")]
    private partial void LogNotRenewed(string file, DateTime notAfter, Exception cause);

    [LoggerMessage(EventId = 3513, Level = LogLevel.Warning, Message = "{Code}: a process that is not of this cluster was refused on the silo port: {Refusal}")]
    private partial void LogRefused(string code, string refusal);
}
