using SaliencyCluster.Client;

namespace SaliencyCluster.Dashboard.Connection;

/// <summary>The connection of one open page to the gateway, with the key of who opened it: a page can do what its caller can.</summary>
public sealed class ClusterConnection(DashboardOptions options) : IDisposable
{
    private SaliencyClient? _client;
    private bool _isLeft;

    /// <summary>Gets the client.</summary>
    /// <exception cref="InvalidOperationException">The page has not been opened.</exception>
    /// <exception cref="OperationCanceledException">The page was left: nobody waits for what it reads.</exception>
    public SaliencyClient Client => _isLeft ? throw new OperationCanceledException("The page was left.")
        : _client ?? throw new InvalidOperationException("No page has been opened on this connection.");

    /// <summary>Opens it for a caller.</summary>
    /// <param name="apiKey">The caller's key; null where the gateway has no keys.</param>
    public void Open(string? apiKey) => _client ??= Connect(options, apiKey);

    /// <inheritdoc/>
    public void Dispose()
    {
        _isLeft = true;
        _client?.Dispose();
    }

    internal static SaliencyClient Connect(DashboardOptions options, string? apiKey) => new(options.Endpoint(), new SaliencyClientOptions
    {
        ApiKey = apiKey,
        Handler = options.Handler,
        ReconnectFor = TimeSpan.FromDays(1),
    });
}
