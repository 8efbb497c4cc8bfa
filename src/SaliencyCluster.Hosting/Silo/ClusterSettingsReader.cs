using System.Net;
using Microsoft.Extensions.Configuration;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Hosting.Blobs.S3;
using SaliencyCluster.Hosting.Tls;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Silo;

/// <summary>Reads <see cref="ClusterSettings"/> and finds every mistake in them at once, before anything starts.</summary>
public static class ClusterSettingsReader
{
    /// <summary>Reads the section; keys that do not exist are mistakes.</summary>
    /// <exception cref="SaliencyException">SAL9201: names every wrong key, its value and its range. SAL9204: the processes would trust whoever reaches them.</exception>
    public static ClusterSettings Read(IConfiguration configuration)
    {
        try
        {
            var section = configuration.GetSection(ClusterSettings.Section);
            return Checked(section.Get<ClusterSettings>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new());
        }
        catch (InvalidOperationException error)
        {
            throw Wrong($"The section {ClusterSettings.Section} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Checks settings that were made by hand.</summary>
    /// <exception cref="SaliencyException">SAL9201, SAL9204.</exception>
    public static ClusterSettings Checked(ClusterSettings settings)
    {
        var errors = ErrorsOf(settings).ToList();
        if (errors.Count > 0) throw Wrong(string.Join(' ', errors), null);
        return settings.Tls is { IsOn: false, Required: var required } && (required ?? true) && (settings.TlsReason ?? (required is true ? "Saliency:Cluster:Tls:Required is true" : null)) is { } why
            ? throw PeerTlsErrors.Missing(why)
            : settings;
    }

    private static IEnumerable<string> ErrorsOf(ClusterSettings s)
    {
        if (s.Roles is not (Roles.Gateway or Roles.Worker or Roles.Both)) yield return Error("Roles", s.Roles, "gateway, worker or gateway+worker");
        if (s.Storage is not ("embedded" or "cluster")) yield return Error("Storage", s.Storage, "embedded or cluster");
        if (s.Storage == "cluster" && string.IsNullOrWhiteSpace(s.ConnectionString)) yield return Error("ConnectionString", "missing", "given for Storage 'cluster'");
        if (s.DataDirectory.Length == 0) yield return Error("DataDirectory", "empty", "a folder");
        if (S3Location.IsS3(s.Blobs) && S3Location.TryParse(s.Blobs!) is null) yield return Error("Blobs", s.Blobs!, "a folder, or s3://BUCKET/PREFIX with a bucket of 3 to 63 of 'a-z 0-9 . -'");
        if (s.S3.Endpoint is { } s3 && !(Uri.TryCreate(s3, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")) yield return Error("S3:Endpoint", s3, "an address such as http://minio:9000");
        if (string.IsNullOrWhiteSpace(s.S3.Region)) yield return Error("S3:Region", "empty", "a region such as eu-central-1");
        if (!(s.Retention >= TimeSpan.FromMinutes(1) && s.Retention <= TimeSpan.FromDays(3653))) yield return Error("Retention", s.Retention, "from 00:01:00 to 3653.00:00:00");
        if (!(s.BlobGrace >= TimeSpan.FromMinutes(10) && s.BlobGrace <= TimeSpan.FromDays(366))) yield return Error("BlobGrace", s.BlobGrace, "from 00:10:00 to 366.00:00:00");
        if (!(s.SweepPeriod >= TimeSpan.FromMinutes(1) && s.SweepPeriod <= TimeSpan.FromDays(7))) yield return Error("SweepPeriod", s.SweepPeriod, "from 00:01:00 to 7.00:00:00");
        if (!(s.StartPatience >= TimeSpan.Zero && s.StartPatience <= TimeSpan.FromHours(1))) yield return Error("StartPatience", s.StartPatience, "from 00:00:00 to 01:00:00");
        if (!GrainKeys.IsName(s.ClusterId)) yield return Error("ClusterId", s.ClusterId, "1 to 100 letters, digits, '.', '_' or '-'");
        if (s.Name is not null && !GrainKeys.IsName(s.Name)) yield return Error("Name", s.Name, "1 to 100 letters, digits, '.', '_' or '-'");
        if (!IPAddress.TryParse(s.Address, out _)) yield return Error("Address", s.Address, "an IP address");
        if (s.MetricsAddress != "any" && !IPAddress.TryParse(s.MetricsAddress, out _)) yield return Error("MetricsAddress", s.MetricsAddress, "an IP address or 'any'");
        if (s.SiloPort is < 0 or > 65535) yield return Error("SiloPort", s.SiloPort, "from 0 to 65535");
        if (s.MetricsPort is < 0 or > 65535) yield return Error("MetricsPort", s.MetricsPort, "from 0 to 65535");
        foreach (var (key, value) in new[] { ("Certificate", s.Tls.Certificate), ("CertificateKey", s.Tls.CertificateKey), ("Authorities", s.Tls.Authorities) })
            if (s.Tls.IsOn && string.IsNullOrWhiteSpace(value)) yield return Error($"Tls:{key}", "missing", "given beside the other two of Certificate, CertificateKey and Authorities");
        if (s.Tls.PeerName is { } peer && Uri.CheckHostName(peer) != UriHostNameType.Dns) yield return Error("Tls:PeerName", peer, "a DNS name such as saliency-silo");
        if (s.Tls is { PeerName: not null, IsOn: false }) yield return Error("Tls:PeerName", s.Tls.PeerName, "left out where there is no Tls:Certificate");
        if (s.OtlpEndpoint is not null && !Uri.TryCreate(s.OtlpEndpoint, UriKind.Absolute, out _)) yield return Error("OtlpEndpoint", s.OtlpEndpoint, "an address such as http://localhost:4317");
        if (s.LogFormat is not ("text" or "json")) yield return Error("LogFormat", s.LogFormat, "text or json");
    }

    private static string Error(string key, object value, string range) =>
        FormattableString.Invariant($"{ClusterSettings.Section}:{key} is {value}; it must be {range}.");

    private static SaliencyException Wrong(string what, Exception? cause) => new(
        "SAL9201", what, "Correct the configuration (appsettings.json, environment or command line) and start again.", cause);
}
