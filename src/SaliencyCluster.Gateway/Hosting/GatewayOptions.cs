using SaliencyCluster.Gateway.Limits;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>Where the gateway listens and what it refuses.</summary>
public sealed record GatewayOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Saliency:Gateway";

    /// <summary>Gets the address to listen on.</summary>
    /// <value>An IP address, or <c>any</c> for every address of the host. The default is <c>127.0.0.1</c>.</value>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Gets the port of gRPC (HTTP/2).</summary>
    /// <value>From 0 (any free port) to 65535. The default is 50051.</value>
    public int GrpcPort { get; init; } = 50051;

    /// <summary>Gets the port of REST, health and the dashboard (HTTP/1.1 and, with TLS, HTTP/2).</summary>
    /// <value>From 0 (any free port) to 65535. The default is 8080.</value>
    public int HttpPort { get; init; } = 8080;

    /// <summary>Gets the PEM file of the TLS certificate chain; both ports use TLS then.</summary>
    /// <value>A path, together with <see cref="CertificateKey"/>. The default is none.</value>
    public string? Certificate { get; init; }

    /// <summary>Gets the PEM file of the certificate's private key.</summary>
    /// <value>A path, together with <see cref="Certificate"/>. The default is none.</value>
    public string? CertificateKey { get; init; }

    /// <summary>Gets the JSON file of API keys, as <c>saliency keys</c> writes it; read again within seconds after a change.</summary>
    /// <value>A path. The default is none: without <see cref="Tokens"/> too every caller may do everything, as tenant
    /// <c>default</c>.</value>
    public string? KeysFile { get; init; }

    /// <summary>Gets which tokens of an identity provider are accepted, beside or instead of keys.</summary>
    /// <value>The default is none.</value>
    public TokenOptions? Tokens { get; init; }

    /// <summary>Gets whether callers must say who they are.</summary>
    internal bool AsksWhoCalls => KeysFile is not null || Tokens is not null;

    /// <summary>Gets whether an address that other hosts can reach may be listened on without TLS, or without keys.</summary>
    /// <value>The default is false.</value>
    public bool Insecure { get; init; }

    /// <summary>Gets the names under which browsers may reach the HTTP port, such as <c>saliency.example</c> or <c>*.example</c>.</summary>
    /// <value>Up to 100 names; loopback names always belong to them. The default is none: a gateway without keys that listens on loopback
    /// then takes loopback names and IP addresses only, and any other gateway takes every name.</value>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Gets whether a proxy before the HTTP port speaks TLS with browsers: cookies and pages are made for TLS then.</summary>
    /// <value>The default is false.</value>
    public bool TlsProxy { get; init; }

    /// <summary>Gets where it is written down who did what.</summary>
    public AuditOptions Audit { get; init; } = new();

    /// <summary>Gets the limits.</summary>
    public GatewayLimits Limits { get; init; } = new();
}
