using System.Net;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>Under which names browsers may reach the HTTP port.</summary>
/// <remarks>
/// A page whose own name is made to point to 127.0.0.1 (DNS rebinding) is of the same origin as the gateway to a browser, so without keys
/// nothing but the name tells it apart. An address as a name cannot be made to point elsewhere.
/// </remarks>
internal sealed class BrowserHosts(GatewayOptions options)
{
    private readonly bool _isOpen = options.AllowedHosts.Count == 0
        && (options.AsksWhoCalls || options.Certificate is not null || !IPAddress.IsLoopback(GatewayOptionsReader.ListenAddress(options)));

    /// <summary>Gets whether a name is a host name or an address, perhaps with <c>*.</c> before it.</summary>
    public static bool IsName(string name) => Uri.CheckHostName(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) != UriHostNameType.Unknown;

    /// <summary>Gets whether a request under this name is answered.</summary>
    public bool Allows(HostString host) => _isOpen || IsAddress(host.Host) || IsLoopback(host.Host) || IsListed(host.Host);

    /// <summary>Gets whether a page of this origin may ask: one of this gateway, also where a proxy has changed its name.</summary>
    /// <param name="origin">The header, such as <c>https://saliency.example</c>.</param>
    /// <param name="host">The name under which the request came.</param>
    public bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && (IsListed(page.Host) || string.Equals(page.Authority, Default(host, page), StringComparison.OrdinalIgnoreCase));

    // A page's authority has no port where it is its scheme's own.
    private static string Default(HostString host, Uri page) => host.Port is { } port && port == page.Port && page.IsDefaultPort ? host.Host : host.Value ?? "";

    private static bool IsAddress(string host) => IPAddress.TryParse(host.Trim('[', ']'), out _);

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private bool IsListed(string host) => options.AllowedHosts.Any(name => name.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase)
        : host.Trim('[', ']').Equals(name.Trim('[', ']'), StringComparison.OrdinalIgnoreCase));
}
