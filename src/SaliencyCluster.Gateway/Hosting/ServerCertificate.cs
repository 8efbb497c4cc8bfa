using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>
/// The certificate of both ports with its chain. Its files are looked at again when somebody connects, so a renewal needs no restart; open
/// connections keep the certificate that they began with.
/// </summary>
public sealed partial class ServerCertificate
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private readonly string _file;
    private readonly string _key;
    private readonly TimeProvider _time;
    private readonly ILogger<ServerCertificate> _logger;
    private readonly Lock _lock = new();
    private Loaded _loaded;
    private DateTimeOffset _looked;

    /// <summary>Reads the certificate.</summary>
    /// <param name="file">PEM: the certificate, then those between it and its authority.</param>
    /// <param name="key">PEM: its private key, unencrypted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="SaliencyException">SAL9023: the files cannot be used.</exception>
    public ServerCertificate(string file, string key, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        (_file, _key, _time, _logger) = (file, key, time, logger);
        (_loaded, _looked) = (Load(ReadFiles()), time.GetUtcNow());
    }

    /// <summary>Gets what a connection that begins now is served with: at most ten seconds behind the files.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetUtcNow() - _looked >= Period) Look();
                return _loaded.Context;
            }
        }
    }

    /// <summary>Says whether a certificate is this gateway's own.</summary>
    public bool IsOwn(X509Certificate shown)
    {
        lock (_lock) return shown.GetRawCertData().AsSpan().SequenceEqual(_loaded.Context.TargetCertificate.RawData);
    }

    // Certificate and key are two files: between their writing they do not belong together, and the old pair serves until they do.
    private void Look()
    {
        _looked = _time.GetUtcNow();
        try
        {
            var files = ReadFiles();
            if (files == _loaded.Files) return;
            _loaded = Load(files);
            LogRenewed(_file, _loaded.Context.TargetCertificate.NotAfter);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SaliencyException)
        {
            LogNotRenewed(_file, _loaded.Context.TargetCertificate.NotAfter, error);
        }
    }

    private (string Certificate, string Key) ReadFiles() => (File.ReadAllText(_file), File.ReadAllText(_key));

    private Loaded Load((string Certificate, string Key) files)
    {
        try
        {
            var leaf = X509Certificate2.CreateFromPem(files.Certificate, files.Key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(files.Certificate);
            // Offline: intermediate certificates are those of the file, and a start must not wait for somebody else's server.
            return new(files, SslStreamCertificateContext.Create(leaf, chain, offline: true));
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

    private sealed record Loaded((string Certificate, string Key) Files, SslStreamCertificateContext Context);
}
