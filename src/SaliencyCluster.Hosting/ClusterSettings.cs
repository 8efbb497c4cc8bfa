using System.Net;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Hosting.Blobs.S3;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Hosting.Tls;

namespace SaliencyCluster.Hosting;

/// <summary>How a process takes part in the cluster.</summary>
public sealed record ClusterSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Saliency:Cluster";

    /// <summary>Gets what the process does.</summary>
    /// <value><c>gateway</c>, <c>worker</c> or <c>gateway+worker</c>, which is the default.</value>
    public string Roles { get; init; } = Grains.Placement.Roles.Both;

    /// <summary>Gets where state is kept.</summary>
    /// <value><c>embedded</c> (SQLite in <see cref="DataDirectory"/>: processes of one host) or <c>cluster</c> (PostgreSQL). The default is <c>embedded</c>.</value>
    public string Storage { get; init; } = "embedded";

    /// <summary>Gets the folder of the embedded database and, unless <see cref="Blobs"/> says otherwise, of blobs.</summary>
    /// <value>A path. The default is <c>saliency-data</c> in the current folder.</value>
    public string DataDirectory { get; init; } = "saliency-data";

    /// <summary>Gets how PostgreSQL is reached; for <c>cluster</c> storage.</summary>
    /// <value>An Npgsql connection string. The default is none.</value>
    public string? ConnectionString { get; init; }

    /// <summary>Gets where blobs are; every process must reach the same place.</summary>
    /// <value>A folder, or <c>s3://bucket/prefix</c>. The default is <c>blobs</c> in <see cref="DataDirectory"/>.</value>
    public string? Blobs { get; init; }

    /// <summary>Gets how an object store is reached; for <see cref="Blobs"/> that begin with <c>s3://</c>.</summary>
    public S3Settings S3 { get; init; } = new();

    /// <summary>Gets how long a job is kept after its end, with its results.</summary>
    /// <value>From 1 minute to 10 years. The default is 7 days.</value>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Gets how old a blob must be before it is removed because nothing refers to it: longer than any upload of a job takes.</summary>
    /// <value>From 10 minutes to 1 year. The default is 1 day.</value>
    public TimeSpan BlobGrace { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets how often ended jobs and blobs without use are looked for.</summary>
    /// <value>From 1 minute to 7 days. The default is 1 hour.</value>
    public TimeSpan SweepPeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets the name of the cluster: processes with another name do not see each other.</summary>
    /// <value>1 to 100 letters, digits, <c>.</c>, <c>_</c> or <c>-</c>. The default is <c>saliency</c>.</value>
    public string ClusterId { get; init; } = "saliency";

    /// <summary>Gets the name of the process in the cluster.</summary>
    /// <value>1 to 100 letters, digits, <c>.</c>, <c>_</c> or <c>-</c>. The default is host name, role and process id.</value>
    public string? Name { get; init; }

    /// <summary>Gets the IP address under which the other processes reach this one.</summary>
    /// <value>An IP address. The default is <c>127.0.0.1</c>, which suffices on one host.</value>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Gets the port of the traffic between processes.</summary>
    /// <value>From 0 (any free port) to 65535. The default is 0.</value>
    public int SiloPort { get; init; }

    /// <summary>Gets how the processes of the cluster know each other on the silo port.</summary>
    public PeerTlsSettings Tls { get; init; } = new();

    /// <summary>Gets the address of the metrics and health port.</summary>
    /// <value>An IP address, or <c>any</c>. The default is <c>127.0.0.1</c>.</value>
    public string MetricsAddress { get; init; } = "127.0.0.1";

    /// <summary>Gets the port of <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c>.</summary>
    /// <value>From 0 (any free port) to 65535. The default is 9464.</value>
    public int MetricsPort { get; init; } = 9464;

    /// <summary>Gets how long a process waits at its start for a database or an object store that does not answer.</summary>
    /// <value>From 0 (not at all) to 1 hour. The default is 2 minutes.</value>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets where traces and metrics are sent besides the metrics port.</summary>
    /// <value>The address of an OTLP collector, such as <c>http://localhost:4317</c>. The default is none.</value>
    public string? OtlpEndpoint { get; init; }

    /// <summary>Gets whether anything is measured and told.</summary>
    /// <value>The default is true. False saves what docs/telemetry.md says it costs, and <c>/metrics</c> is not there then.</value>
    public bool Telemetry { get; init; } = true;

    /// <summary>Gets how log lines are written to the console.</summary>
    /// <value><c>text</c>, or <c>json</c>: one object a line, with trace ids. The default is <c>text</c>.</value>
    public string LogFormat { get; init; } = "text";

    internal bool IsEmbedded => Storage == "embedded";

    internal string DatabasePath => Path.Combine(Path.GetFullPath(DataDirectory), "cluster.db");

    internal string BlobFolder => Path.GetFullPath(Blobs ?? Path.Combine(DataDirectory, "blobs"));

    internal string SiloName => Name ?? $"{Environment.MachineName}-{(Roles == Grains.Placement.Roles.Worker ? "worker" : "gateway")}-{Environment.ProcessId}";

    // Why traffic between processes must be encrypted and authenticated, or null where it need not be.
    internal string? TlsReason =>
        !IsEmbedded ? "storage 'cluster' is for processes of several hosts"
        : IPAddress.TryParse(Address, out var address) && !IPAddress.IsLoopback(address) ? $"the address {Address} can be reached from other hosts"
        : null;

    internal bool Has(string role) => Grains.Placement.Roles.Has(Roles, role);
}
