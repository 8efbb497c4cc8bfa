using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SaliencyCluster.Hosting.Tls;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>
/// The certificate of both ports with its chain. Its files are looked at again when somebody connects, so a renewal needs no restart; open
/// connections keep the certificate that they began with.
/// </summary>
public sealed partial class ServerCertificate
{
    private readonly string _file;
    private readonly string _key;
    private readonly ILogger<ServerCertificate> _logger;
    private readonly RenewedFiles<SslStreamCertificateContext> _files;

    /// <summary>Reads the certificate.</summary>
    /// <param name="file">PEM: the certificate, then those between it and its authority.</param>
    /// <param name="key">PEM: its private key, unencrypted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="SaliencyException">SAL9023: the files cannot be used.</exception>
    public ServerCertificate(string file, string key, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        (_file, _key, _logger) = (file, key, logger);
        _files = new([file, key], texts => Load(texts[0], texts[1]),
            now => LogRenewed(file, now.TargetCertificate.NotAfter), (before, error) => LogNotRenewed(file, before.TargetCertificate.NotAfter, error), time);
    }

    /// <summary>Gets what a connection that begins now is served with: at most ten seconds behind the files.</summary>
    public SslStreamCertificateContext Current => _files.Current;

    /// <summary>Says whether a certificate is this gateway's own.</summary>
    public bool IsOwn(X509Certificate shown) => shown.GetRawCertData().AsSpan().SequenceEqual(Current.TargetCertificate.RawData);

    private SslStreamCertificateContext Load(string certificate, string key)
    {
        try
        {
            var leaf = X509Certificate2.CreateFromPem(certificate, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            // Offline: intermediate certificates are those of the file, and a start must not wait for somebody else's server.
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException) // the latter where they do not belong together
        {
            throw new SaliencyException("SAL9023", $"The certificate '{_file}' with the key '{_key}' cannot be used: {error.Message}",
                "Give PEM files of a certificate and its own private key.", error);
        }
    }

    [LoggerMessage(EventId = 2601, Level = LogLevel.Information, Message = "The certificate {File} was renewed; the new one is valid until {NotAfter}")]
    private partial void LogRenewed(string file, DateTime notAfter);

    [LoggerMessage(EventId = 2602, Level = LogLevel.Warning, Message = "The changed certificate {File} cannot be used; the one before serves until {NotAfter}")]
    private partial void LogNotRenewed(string file, DateTime notAfter, Exception cause);
}
