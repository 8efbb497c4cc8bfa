using SaliencyCluster.Client.Errors;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Live;

/// <summary>The cluster as it changes, for one open page: watched from the first look at it until the page is closed.</summary>
public sealed class LiveCluster(ClusterConnection connection, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan History = TimeSpan.FromSeconds(ThroughputStore.Seconds), Pause = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _closing = new();
    private Task? _watching;

    /// <summary>Tells that something has changed; at most twice a second.</summary>
    public event Action? Changed;

    /// <summary>Gets the newest state; null before the first.</summary>
    public ClusterStatus? Status { get; private set; }

    /// <summary>Gets what was computed lately.</summary>
    public ThroughputStore Throughput { get; } = new();

    /// <summary>Gets why the page stands still; null while it is live.</summary>
    public string? Lost { get; private set; }

    /// <summary>Watches, if nobody did before.</summary>
    public void Start() => _watching ??= WatchAsync(_closing.Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (_watching is not null) await _watching;
        _closing.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await foreach (var update in connection.Client.WatchClusterAsync(History, cancellation))
                {
                    Throughput.Add(update);
                    (Status, Lost) = (update.Status, null);
                    Changed?.Invoke();
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Whatever it was, the page says so and the next attempt follows.
                Lost = error is GatewayException known ? $"{known.Code}: {known.What} {known.Next}" : $"{error.GetType().Name}: {error.Message}";
                Changed?.Invoke();
                await Task.Delay(Pause, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
